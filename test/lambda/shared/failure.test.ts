import type { ServerResponse } from "node:http";
import { PublishCommand } from "@aws-sdk/client-sns";
import { describe, expect, onTestFinished, test } from "vitest";
import { createDynamoDB, createSns } from "../../../lambda/shared/clients.ts";
import { hadNoEffect } from "../../../lambda/shared/failure.ts";
import { serve } from "../../support/serve.ts";

const REFUSAL = `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>`;

type Answer = (response: ServerResponse) => void;

function answerWith(status: number): Answer {
  return (response) => response.writeHead(status, { "content-type": "text/xml" }).end(REFUSAL);
}

const cut: Answer = (response) => response.destroy();

/** An SNS that gives these answers in turn, and a function that publishes once. */
async function startSns(...answers: Answer[]) {
  const { url, stop } = await serve((request, response) => {
    request.resume().on("end", () => (answers.shift() ?? cut)(response));
  });
  onTestFinished(stop);
  return createPublisher(url);
}

function createPublisher(endpoint: string) {
  const credentials = { accessKeyId: "x", secretAccessKey: "x" };
  const sns = createSns({ endpoint, region: "eu-central-1", credentials });
  return () =>
    sns.send(new PublishCommand({ TopicArn: "arn:aws:sns:eu-central-1:1:t", Message: "m" })).then(
      () => undefined,
      (error) => error,
    );
}

describe("a publish that SNS refused", () => {
  test.each([400, 403, 404])("with %s had no effect", async (status) => {
    const publish = await startSns(answerWith(status));
    expect(hadNoEffect(await publish())).toBe(true);
  });

  test("with 503 twice had no effect", async () => {
    const publish = await startSns(answerWith(503), answerWith(503));
    expect(hadNoEffect(await publish())).toBe(true);
  });
});

describe("a publish whose answer never came", () => {
  test.each([
    ["a cut connection, twice", [cut, cut]],
    ["an error inside the service, twice", [answerWith(500), answerWith(500)]],
    ["a cut connection, then a refusal of the second attempt", [cut, answerWith(400)]],
    ["an error inside the service, then a refusal", [answerWith(500), answerWith(400)]],
  ])("(%s) may have had an effect", async (_, answers) => {
    const publish = await startSns(...answers);
    expect(hadNoEffect(await publish())).toBe(false);
  });

  test("says nothing about the next publish of the same client", async () => {
    const publish = await startSns(
      cut,
      cut,
      answerWith(400),
      cut,
      answerWith(400),
      answerWith(400),
    );
    expect(hadNoEffect(await publish()), "the first, cut off").toBe(false);
    expect(hadNoEffect(await publish()), "the second, refused").toBe(true);
    expect(hadNoEffect(await publish()), "the third, cut off and refused").toBe(false);
    expect(hadNoEffect(await publish()), "the fourth, refused").toBe(true);
  });
});

describe("a publish that was never sent", () => {
  test("because nobody listens had no effect", async () => {
    const error = await createPublisher("http://127.0.0.1:9")();
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
    expect(hadNoEffect(error)).toBe(true);
  });

  test("but failed for a reason that nobody knows may have had one", () => {
    expect(hadNoEffect(new Error("?"))).toBe(false);
    expect(hadNoEffect("text")).toBe(false);
  });
});

test("what remembers earlier attempts stands below the SDK's retries, and in SNS's client only", () => {
  const options = { region: "eu-central-1" };
  const names = createSns(options).middlewareStack.identify();
  const place = (name: string) => names.findIndex((each) => each.startsWith(`${name} `));
  expect(place("retryMiddleware")).toBeGreaterThan(-1);
  expect(place("rememberDoubt")).toBeGreaterThan(place("retryMiddleware"));
  expect(createDynamoDB(options).middlewareStack.identify().join()).not.toContain("rememberDoubt");
});

describe("an error as the SDK throws it", () => {
  /** With these fields; `name` and `message` among them. */
  function failure(fields: object): Error {
    return Object.assign(new Error("failed"), fields);
  }
  const answered = (httpStatusCode: number) => failure({ $metadata: { httpStatusCode } });
  const unconnected = "The connection timed out: did not establish a connection within 1000 ms";

  test.each([
    ...[400, 403, 404, 429, 499, 503].map((status) => [`answered ${status}`, answered(status)]),
    ...[
      "ECONNREFUSED",
      "ENOTFOUND",
      "EAI_AGAIN",
      "EHOSTUNREACH",
      "ENETUNREACH",
      "EADDRNOTAVAIL",
    ].map((code) => [`with code ${code}`, failure({ code })]),
    ["with a code and no status", failure({ code: "ENOTFOUND", $metadata: { attempts: 2 } })],
    ["without credentials", failure({ name: "CredentialsProviderError" })],
    ["without a connection", failure({ name: "TimeoutError", message: unconnected })],
  ] as [string, Error][])("%s had no effect", (_, error) => {
    expect(hadNoEffect(error)).toBe(true);
  });

  test.each([
    ...[200, 302, 399, 500, 502, 504, 599].map((status) => [
      `answered ${status}`,
      answered(status),
    ]),
    ...["ECONNRESET", "EPIPE", "ETIMEDOUT", ""].map((code) => [
      `with code "${code}"`,
      failure({ code }),
    ]),
    ["after a timeout", failure({ name: "TimeoutError", message: "no answer within 3000 ms" })],
    ["of another name", failure({ message: unconnected })],
    ["answered 500 with a code", failure({ code: "ENOTFOUND", ...answered(500) })],
    ["refused after doubt", failure({ isInDoubt: true, $metadata: { httpStatusCode: 400 } })],
    ["unsent after doubt", failure({ isInDoubt: true, code: "ENOTFOUND" })],
    ["that is none", { code: "ENOTFOUND", $metadata: { httpStatusCode: 400 } }],
    ["that is nothing", undefined],
  ] as [string, unknown][])("%s may have had one", (_, error) => {
    expect(hadNoEffect(error)).toBe(false);
  });
});
