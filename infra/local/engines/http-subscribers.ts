import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { buildApp } from "fauxqs";
import { LOCAL_AWS } from "./local-aws.ts";
import { ALL_FORMS_PREFIX, pickForm, toParams } from "./protocols.ts";

type App = ReturnType<typeof buildApp>;

/** Subscribes a queue of this name to the alert topic, and returns its URL. */
type SubscribeQueue = (name: string, filterPolicy?: string) => Promise<string>;

/**
 * Delivers to subscribers by http and https, which fauxqs only lists: each is confirmed at once and
 * served from a queue of its own with the same filter policy. Failed posts are not repeated.
 */
export function servePages(app: App, subscribeQueue: SubscribeQueue) {
  const closing = new AbortController();
  const serving = new Map<string, Promise<void>>();

  app.addHook("onSend", async (request, reply, payload) => {
    const params = toParams(request.body);
    const { Action, TopicArn = "", Protocol = "", Endpoint = "" } = params;
    if (Action !== "Subscribe" || reply.statusCode !== 200) return payload;
    const Token = /<SubscriptionArn>([^<]+)/.exec(String(payload))?.[1] ?? "";
    // Only a queue and a telephone need not confirm on AWS; a local test has nobody to do it.
    if (/^(https?|sms)$/.test(Protocol)) await confirm(app, TopicArn, Token);
    if (Protocol.startsWith("http") && !serving.has(Endpoint)) {
      const name = `${ALL_FORMS_PREFIX}http-${serving.size}`;
      const queueUrl = await subscribeQueue(name, toFilterPolicy(params));
      const page = (body: string) => postTo(Endpoint, pickForm(body, Protocol));
      serving.set(Endpoint, follow(queueUrl, closing.signal, page));
    }
    return payload;
  });

  return {
    async stop() {
      closing.abort();
      await Promise.allSettled(serving.values());
    },
  };
}

async function confirm(app: App, TopicArn: string, Token: string): Promise<void> {
  const payload = new URLSearchParams({ Action: "ConfirmSubscription", TopicArn, Token });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  await app.inject({ method: "POST", url: "/", headers, payload: String(payload) });
}

function toFilterPolicy(params: ReturnType<typeof toParams>): string | undefined {
  const entry = Object.entries(params).find(([, value]) => value === "FilterPolicy");
  return entry && params[entry[0].replace(/key$/, "value")];
}

async function follow(
  QueueUrl: string,
  abortSignal: AbortSignal,
  take: (body: string) => Promise<void>,
): Promise<void> {
  const sqs = new SQSClient({ ...LOCAL_AWS, endpoint: new URL(QueueUrl).origin });
  async function receive(): Promise<readonly Message[]> {
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    return (await sqs.send(command, { abortSignal })).Messages ?? [];
  }
  while (!abortSignal.aborted) {
    for (const { Body = "", ReceiptHandle } of await receive().catch(() => [])) {
      await take(Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  sqs.destroy();
}

/** With the headers that SNS sends. */
async function postTo(url: string, body: string): Promise<void> {
  const { MessageId = "", TopicArn = "" } = JSON.parse(body);
  const headers = {
    "content-type": "text/plain; charset=UTF-8",
    "x-amz-sns-message-type": "Notification",
    "x-amz-sns-message-id": MessageId,
    "x-amz-sns-topic-arn": TopicArn,
  };
  const signal = AbortSignal.timeout(15_000);
  await fetch(url, { method: "POST", headers, body, signal }).catch(() => {});
}
