import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, expect, test } from "vitest";
import { LOCAL_AWS } from "../../../infra/local/engines/local-aws.ts";
import { META_EXAMPLE, sign } from "../../support/builders.ts";
import { startLocalRun } from "../../support/local-run.ts";

const local = await startLocalRun({ display: true, repeatAfterMinutes: [1 / 60, 2 / 60] });
const sqs = new SQSClient({ ...LOCAL_AWS, endpoint: local.address.sqsEndpoint });
afterAll(() => {
  sqs.destroy();
  return local.stop();
});

/** The next message that subscribers get, by its kind. */
async function receive(): Promise<{ kind: string; email: string }> {
  const { displayQueueUrl: QueueUrl } = local;
  let found: Message | undefined;
  while (!found) {
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    [found] = (await sqs.send(command)).Messages ?? [];
  }
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: found.ReceiptHandle }));
  const { Message, MessageAttributes } = JSON.parse(found.Body ?? "");
  return { kind: MessageAttributes.kind.Value, email: JSON.parse(Message).email };
}

test("an alert repeats until a person answers behind its link, and the answer is announced", async () => {
  const body = META_EXAMPLE.replace("1748811473", String(Math.floor(Date.now() / 1000)));
  const signature = sign(body, local.address.appSecrets[0]);
  const headers = { "content-type": "application/json", "x-hub-signature-256": signature };
  await fetch(local.address.webhookUrl, { method: "POST", headers, body });
  expect((await receive()).kind).toBe("alert");
  const repeat = await receive();
  expect(repeat.kind).toBe("repeat");
  const link = /http:\/\/127\S+\/incident\?\S+/.exec(repeat.email)?.[0] ?? "";
  expect(new URL(link).origin).toBe(new URL(local.address.webhookUrl).origin);
  const form = new URLSearchParams({ name: "Ann Example", answer: "handling" });
  const answered = await fetch(link, { method: "POST", body: form, redirect: "manual" });
  expect(answered.status).toBe(303);
  // Repeats that came before the answer may still stand in the queue.
  let message = await receive();
  while (message.kind === "repeat") message = await receive();
  expect(message.kind).toBe("acknowledged");
  expect(message.email).toContain("Ann Example");
});
