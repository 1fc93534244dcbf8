import { randomUUID } from "node:crypto";
import { SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { type AlertDocument, AlertDocumentSchema } from "../../lambda/alert/alert-document.ts";
import type { Clients } from "./clients.ts";

/** A queue subscribed to the alert topic, as somebody's paging integration would be. */
export interface AlertQueue {
  /** The first alert about this account, as soon as it is there. */
  next(wabaId: string): Promise<AlertDocument>;
  /** What came about this account so far, in order, once none is waiting. */
  kindsOf(wabaId: string): Promise<readonly string[]>;
  /** Every message so far, once none is waiting. */
  all(): Promise<readonly AlertDocument[]>;
}

const PATIENCE_MS = 20_000;

export async function subscribeQueue({ sns, sqs }: Clients, topicArn: string): Promise<AlertQueue> {
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: `paging-${randomUUID()}` }),
  );
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  const Endpoint = Attributes?.QueueArn ?? "";
  const Policy = JSON.stringify(letIn(topicArn, Endpoint));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: "sqs", Endpoint }));

  const received: AlertDocument[] = [];
  async function receive(WaitTimeSeconds: number): Promise<boolean> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds }),
    );
    if (Messages.length === 0) return false;
    received.push(...Messages.map(({ Body = "" }) => toDocument(Body)));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
    }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    return true;
  }

  async function all() {
    while (await receive(2));
    return received;
  }

  return {
    all,
    async kindsOf(wabaId) {
      return (await all()).filter((alert) => alert.wabaId === wabaId).map(({ kind }) => kind);
    },
    async next(wabaId) {
      const until = Date.now() + PATIENCE_MS;
      for (;;) {
        const found = received.find((alert) => alert.wabaId === wabaId);
        if (found) return found;
        if (Date.now() > until) throw new Error(`No alert about ${wabaId} came`);
        await receive(1);
      }
    },
  };
}

function letIn(topicArn: string, queueArn: string) {
  const Statement = {
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn,
    Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
  };
  return { Version: "2012-10-17", Statement };
}

function toDocument(body: string): AlertDocument {
  return v.parse(AlertDocumentSchema, JSON.parse(JSON.parse(body).Message));
}
