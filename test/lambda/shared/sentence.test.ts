import { describe, expect, test } from "vitest";
import {
  ExplainedError,
  isAccessDenied,
  toAction,
  toNetworkReason,
  toSentence,
} from "../../../lambda/shared/sentence.ts";

/** An error as the SDK throws it. */
function awsError(name: string, message = "", more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

function withCode(code: unknown, message = "failed"): Error {
  return Object.assign(new Error(message), { code });
}

const LOGIN = "log in again (aws sso login, aws login) or set AWS_PROFILE.";
const DENIED =
  "User: arn:aws:iam::1:user/x is not authorized to perform: sns:GetSMSAttributes on resource: *";

describe("an error in a sentence", () => {
  test.each([
    ["CredentialsProviderError", `No AWS credentials were found: ${LOGIN}`],
    ["TokenProviderError", `The AWS login has expired: ${LOGIN}`],
    ["ExpiredToken", `The AWS credentials have expired: ${LOGIN}`],
    ["ExpiredTokenException", `The AWS credentials have expired: ${LOGIN}`],
    ["InvalidClientTokenId", `AWS does not know these credentials: ${LOGIN}`],
    ["UnrecognizedClientException", `AWS does not know these credentials: ${LOGIN}`],
    [
      "InvalidSignatureException",
      `AWS refuses the secret access key, or this clock is wrong: ${LOGIN}`,
    ],
    [
      "SignatureDoesNotMatch",
      `AWS refuses the secret access key, or this clock is wrong: ${LOGIN}`,
    ],
  ])("%s is: %s", (name, sentence) => {
    expect(toSentence(awsError(name, "of the service"))).toBe(sentence);
  });

  test.each([
    [
      "an explained one as it is",
      new ExplainedError("Do this.\nThen that."),
      "Do this.\nThen that.",
    ],
    ["what is no error as text", "odd", "odd"],
    [
      "a missing region with what to set",
      new Error("Region is missing"),
      "No AWS region is set: set AWS_REGION, or AWS_PROFILE to a profile that has one.",
    ],
    [
      "a denial with its permission",
      awsError("AccessDeniedException", DENIED),
      "These AWS credentials lack a permission: sns:GetSMSAttributes.",
    ],
    [
      "a denial that names none in its own words",
      awsError("AccessDenied", " Access\n denied "),
      "These AWS credentials lack a permission: Access denied.",
    ],
    [
      "a network's error with its code",
      withCode("ENOTFOUND"),
      "AWS does not answer (ENOTFOUND): check the network and AWS_REGION.",
    ],
    [
      "a timeout",
      awsError("TimeoutError"),
      "AWS does not answer (timeout): check the network and AWS_REGION.",
    ],
    ["any other by name and message", new TypeError(" a\n\n  b\t"), "TypeError: a b"],
    ["a long one cut", new Error("x".repeat(400)), `Error: ${"x".repeat(300)}`],
  ])("tells %s", (_, error, sentence) => {
    expect(toSentence(error)).toBe(sentence);
  });

  test("has a name of its own where it is explained", () => {
    expect(new ExplainedError("x").name).toBe("ExplainedError");
  });
});

describe("a permission that is lacking", () => {
  test.each([
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "NotAuthorized",
    "UnauthorizedOperation",
  ])("is called %s by some service", (name) => {
    expect(isAccessDenied(awsError(name))).toBe(true);
  });

  test.each([awsError("ThrottlingException"), { name: "AccessDenied" }, undefined])(
    "is not %o",
    (error) => {
      expect(isAccessDenied(error)).toBe(false);
    },
  );

  test.each([
    [new Error(DENIED), "sns:GetSMSAttributes"],
    [new Error("to perform: sso-directory:ListX"), "sso-directory:ListX"],
    [new Error("perform: nothing"), "perform: nothing"],
    ["sns:Publish", ""],
  ])("is named by %s", (error, action) => {
    expect(toAction(error)).toBe(action);
  });
});

describe("why nothing answered", () => {
  const codes =
    "ECONNREFUSED ECONNRESET ENOTFOUND EAI_AGAIN ETIMEDOUT EHOSTUNREACH ENETUNREACH EPIPE";

  test.each([...codes.split(" "), "UND_ERR_CONNECT_TIMEOUT", "UND_ERR_SOCKET"])("is %s", (code) => {
    const inside = new Error("fetch failed", { cause: new Error("x", { cause: withCode(code) }) });
    expect(toSentence(inside)).toContain(`(${code})`);
    expect(toNetworkReason(inside)).toBe(code);
    expect(toNetworkReason(withCode(code))).toBe(code);
  });

  test.each(["XECONNREFUSED", "ECONNREFUSED2", "UND_ERR_", "ERR_INVALID_URL"])(
    "is not %s",
    (code) => {
      expect(toSentence(withCode(code, "no"))).toBe("Error: no");
    },
  );

  test.each([
    ["a timeout", awsError("TimeoutError", "x"), "timeout"],
    ["the code of the cause", new Error("fetch failed", { cause: withCode("ERR_TLS") }), "ERR_TLS"],
    ["the message where there is no code", new Error("no", { cause: new Error("x") }), "no"],
    ["the message where there is no cause", withCode("ERR_TLS", "no"), "no"],
    ["the message where the cause is no error", new Error("no", { cause: { code: "C" } }), "no"],
    ["unknown of what is no error", "x", "unknown"],
  ])("is in a word %s", (_, error, reason) => {
    expect(toNetworkReason(error)).toBe(reason);
  });
});
