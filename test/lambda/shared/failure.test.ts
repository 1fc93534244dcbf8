import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PublishCommand } from "@aws-sdk/client-sns";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSns } from "../../../lambda/shared/clients.ts";
import { hadNoEffect } from "../../../lambda/shared/failure.ts";

const REFUSAL = `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>`;

type Answer = (response: ServerResponse) => void;

function answerWith(status: number): Answer {
  return (response) => response.writeHead(status, { "content-type": "text/xml" }).end(REFUSAL);
}

const cut: Answer = (response) => response.destroy();

/** An SNS that gives these answers in turn, and a function that publishes once. */
async function startSns(...answers: Answer[]) {
  const server = createServer((request, response) => {
    request.resume().on("end", () => (answers.shift() ?? cut)(response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return createPublisher(`http://127.0.0.1:${port}`);
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
