import type { ServerResponse } from "node:http";
import { PublishCommand } from "@aws-sdk/client-sns";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSns } from "../../../lambda/shared/clients.ts";
import { hadNoEffect } from "../../../lambda/shared/failure.ts";
import { serve } from "../../support/serve.ts";

const REFUSAL = `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>`;

/** A status, or a connection that is cut. */
type Answer = number | "cut";

function answerWith(answer: Answer, response: ServerResponse): void {
  if (answer === "cut") response.destroy();
  else response.writeHead(answer, { "content-type": "text/xml" }).end(REFUSAL);
}

/** An SNS that gives these answers in turn; whether a publish that failed had no effect. */
async function startSns(answers: Answer[]) {
  const { url, stop } = await serve((request, response) => {
    request.resume().on("end", () => answerWith(answers.shift() ?? "cut", response));
  });
  onTestFinished(stop);
  return createPublisher(url);
}

function createPublisher(endpoint: string) {
  const credentials = { accessKeyId: "x", secretAccessKey: "x" };
  const sns = createSns({ endpoint, region: "eu-central-1", credentials });
  const input = { TopicArn: "arn:aws:sns:eu-central-1:1:t", Message: "m" };
  return () => sns.send(new PublishCommand({ ...input })).then(() => undefined, hadNoEffect);
}

describe("a publish had no effect:", () => {
  test.each<[Answer[], boolean[]]>([
    [[403], [true]],
    [[503, 503], [true]],
    [["cut", "cut"], [false]],
    [[500, 500], [false]],
    [["cut", 400], [false]],
    [[500, 400], [false]],
    [
      ["cut", "cut", 400, "cut", 400, 400],
      [false, true, false, true],
    ],
  ])("SNS's answers %j, publish after publish: %j", async (answers, expected) => {
    const publish = await startSns(answers);
    for (const hadNone of expected) expect(await publish()).toBe(hadNone);
  });

  test("nobody listens: true", async () => {
    expect(await createPublisher("http://127.0.0.1:9")()).toBe(true);
  });
});

describe("an error as the SDK throws it", () => {
  /** With these fields; `name` and `message` among them. */
  function failure(fields: object): Error {
    return Object.assign(new Error("failed"), fields);
  }
  const answered = (httpStatusCode: number) => failure({ $metadata: { httpStatusCode } });
  const unconnected = "The connection timed out: did not establish a connection within 1000 ms";

  test.each<[string, Error]>([
    ["answered 400", answered(400)],
    ["answered 499", answered(499)],
    ["answered 503", answered(503)],
    ["with a code and no status", failure({ code: "ENOTFOUND", $metadata: { attempts: 2 } })],
    ["without credentials", failure({ name: "CredentialsProviderError" })],
    ["without a connection", failure({ name: "TimeoutError", message: unconnected })],
  ])("%s had no effect", (_, error) => {
    expect(hadNoEffect(error)).toBe(true);
  });

  test.each<[string, unknown]>([
    ["answered 399", answered(399)],
    ["answered 500", answered(500)],
    ["answered 504", answered(504)],
    ["with another code", failure({ code: "ECONNRESET" })],
    ["after a timeout", failure({ name: "TimeoutError", message: "no answer within 3000 ms" })],
    ["of another name", failure({ message: unconnected })],
    ["answered 500 with a code", failure({ code: "ENOTFOUND", ...answered(500) })],
    ["unsent after doubt", failure({ isInDoubt: true, code: "ENOTFOUND" })],
    ["that is none", { code: "ENOTFOUND", $metadata: { httpStatusCode: 400 } }],
  ])("%s may have had one", (_, error) => {
    expect(hadNoEffect(error)).toBe(false);
  });
});
