import { describe, expect, test } from "vitest";
import {
  ExplainedError,
  isAccessDenied,
  toAction,
  toNetworkReason,
  toSentence,
} from "../../../lambda/shared/sentence.ts";

/** An error as the SDK throws it. */
function awsError(name: string, message = ""): Error {
  return Object.assign(new Error(message), { name });
}

function withCode(code: unknown, message = "failed"): Error {
  return Object.assign(new Error(message), { code });
}

const NO_ANSWER = "check the network and AWS_REGION.";
const DENIED =
  "User: arn:aws:iam::1:user/x is not authorized to perform: sns:GetSMSAttributes on resource: *";

describe("an error in a sentence", () => {
  test.each([
    ["CredentialsProviderError", "No AWS credentials were found"],
    ["TokenProviderError", "The AWS login has expired"],
    ["ExpiredToken", "The AWS credentials have expired"],
    ["ExpiredTokenException", "The AWS credentials have expired"],
    ["InvalidClientTokenId", "AWS does not know these credentials"],
    ["UnrecognizedClientException", "AWS does not know these credentials"],
    ["InvalidSignatureException", "AWS refuses the secret access key, or this clock is wrong"],
    ["SignatureDoesNotMatch", "AWS refuses the secret access key, or this clock is wrong"],
  ])("%s is: %s, and what to do", (name, sentence) => {
    const login = "log in again (aws sso login, aws login) or set AWS_PROFILE.";
    expect(toSentence(awsError(name, "of the service"))).toBe(`${sentence}: ${login}`);
  });

  test.each([
    [new ExplainedError("Do this.\nThen that."), "Do this.\nThen that."],
    ["no error", "no error"],
    [
      new Error("Region is missing"),
      "No AWS region is set: set AWS_REGION, or AWS_PROFILE to a profile that has one.",
    ],
    [
      awsError("AccessDeniedException", DENIED),
      "These AWS credentials lack a permission: sns:GetSMSAttributes.",
    ],
    [withCode("ENOTFOUND"), `AWS does not answer (ENOTFOUND): ${NO_ANSWER}`],
    [awsError("TimeoutError"), `AWS does not answer (timeout): ${NO_ANSWER}`],
    [withCode("ERR_INVALID_URL", "no"), "Error: no."],
    [new TypeError(" a\n\n  b\t"), "TypeError: a b."],
    [new Error("a?"), "Error: a?"],
    [new Error("x".repeat(400)), `Error: ${"x".repeat(300)}.`],
  ])("%o is: %s", (error, sentence) => {
    expect(toSentence(error)).toBe(sentence);
  });

  test("has a name of its own where it is explained", () => {
    expect(new ExplainedError("x").name).toBe("ExplainedError");
  });
});

describe("a permission that is lacking", () => {
  const names =
    "AccessDenied AccessDeniedException AuthorizationError AuthorizationErrorException NotAuthorized UnauthorizedOperation";

  test.each<[unknown, boolean]>([
    ...names.split(" ").map((name): [unknown, boolean] => [awsError(name), true]),
    [awsError("ThrottlingException"), false],
    [{ name: "AccessDenied" }, false],
    [undefined, false],
  ])("is known by an error's name, of any service: %o, %s", (error, isDenied) => {
    expect(isAccessDenied(error)).toBe(isDenied);
  });

  test.each([
    [new Error(DENIED), "sns:GetSMSAttributes"],
    [new Error("to perform: sso-directory:ListX"), "sso-directory:ListX"],
    [new Error(" perform:\n nothing "), "perform: nothing"],
    ["sns:Publish", ""],
  ])("is named by %s", (error, action) => {
    expect(toAction(error)).toBe(action);
  });
});

describe("why nothing answered", () => {
  const codes =
    "ECONNREFUSED ECONNRESET ENOTFOUND EAI_AGAIN ETIMEDOUT EHOSTUNREACH ENETUNREACH EPIPE";

  test.each([...codes.split(" "), "UND_ERR_CONNECT_TIMEOUT"])("is %s", (code) => {
    const inside = new Error("fetch failed", { cause: new Error("x", { cause: withCode(code) }) });
    expect(toSentence(inside)).toContain(`(${code})`);
    expect(toNetworkReason(inside)).toBe(code);
  });

  test.each([
    ["a timeout", awsError("TimeoutError", "x"), "timeout"],
    ["the code of the cause", new Error("fetch failed", { cause: withCode("ERR_TLS") }), "ERR_TLS"],
    ["the message where there is no code", new Error("no", { cause: new Error("x") }), "no"],
    ["the message where there is no cause", withCode("ERR_TLS", "no"), "no"],
    ["the message where the cause is no error", new Error("no", { cause: { code: "C" } }), "no"],
    ["the message where the code only begins so", withCode("ECONNREFUSED2", "no"), "no"],
    ["the message where the code only ends so", withCode("XECONNREFUSED", "no"), "no"],
    ["unknown of what is no error", "x", "unknown"],
  ])("is in a word %s", (_, error, reason) => {
    expect(toNetworkReason(error)).toBe(reason);
  });
});
