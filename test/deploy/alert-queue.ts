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
  /** The first of the watchdog's reports of this kind that is meant, as soon as it is there. */
  nextReport(kind: "heartbeat" | "check", isMeant?: (report: Report) => boolean): Promise<Report>;
}

export interface Report {
  readonly kind: string;
  readonly report: { readonly failed: readonly { readonly id: string }[] };
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
  const reports: Report[] = [];
  async function receive(WaitTimeSeconds: number): Promise<boolean> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds }),
    );
    if (Messages.length === 0) return false;
    for (const { Body = "" } of Messages) {
      const document = JSON.parse(JSON.parse(Body).Message);
      if (/^(heartbeat|check)$/.test(document.kind)) reports.push(document);
      else received.push(v.parse(AlertDocumentSchema, document));
    }
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

  async function waitFor<T>(find: () => T | undefined, otherwise: string): Promise<T> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = find();
      if (found) return found;
      if (Date.now() > until) throw new Error(otherwise);
      await receive(1);
    }
  }

  return {
    all,
    async kindsOf(wabaId) {
      return (await all()).filter((alert) => alert.wabaId === wabaId).map(({ kind }) => kind);
    },
    next(wabaId) {
      const find = () => received.find((alert) => alert.wabaId === wabaId);
      return waitFor(find, `No alert about ${wabaId} came`);
    },
    nextReport(kind, isMeant = () => true) {
      const find = () => reports.find((each) => each.kind === kind && isMeant(each));
      return waitFor(find, `No ${kind} came`);
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
