import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { LOCAL_AWS } from "./engines/local-aws.ts";

/** An alert as its subscribers would get it. */
export interface DeliveredAlert {
  readonly subject: string;
  readonly email: string;
  readonly sms: string;
  /** Such as `alert` or `repeat`. */
  readonly kind: string;
  /** ISO 8601. */
  readonly publishedAt: string;
}

const Envelope = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    Subject: v.string(),
    Message: v.pipe(v.string(), v.parseJson(), v.object({ email: v.string(), sms: v.string() })),
    Timestamp: v.string(),
    MessageAttributes: v.object({ kind: v.object({ Value: v.string() }) }),
  }),
);

/** A queue that is subscribed to all forms of the messages. */
export interface AlertQueue {
  readonly sqsEndpoint: string;
  readonly queueUrl: string | undefined;
}

/** Takes every alert that reaches the queue, until the signal aborts. */
export async function followAlerts(
  { sqsEndpoint, queueUrl: QueueUrl }: AlertQueue,
  take: (alert: DeliveredAlert) => void,
  abortSignal: AbortSignal,
): Promise<void> {
  const sqs = new SQSClient({ ...LOCAL_AWS, endpoint: sqsEndpoint });
  async function receive(): Promise<Message[]> {
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    const output = await sqs.send(command, { abortSignal });
    return output.Messages ?? [];
  }
  while (!abortSignal.aborted) {
    for (const { Body, ReceiptHandle } of await receive().catch(() => [])) {
      const envelope = v.safeParse(Envelope, Body);
      if (envelope.success) take(toAlert(envelope.output));
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  sqs.destroy();
}

function toAlert(envelope: v.InferOutput<typeof Envelope>): DeliveredAlert {
  const { Subject: subject, Message, Timestamp: publishedAt, MessageAttributes } = envelope;
  return { subject, ...Message, kind: MessageAttributes.kind.Value, publishedAt };
}
