import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import * as v from "valibot";
import type { LocalSystem } from "./local.ts";
import { LOCAL_AWS } from "./local-aws.ts";

/** An alert as its subscribers would get it. */
export interface DeliveredAlert {
  readonly subject: string;
  readonly email: string;
  readonly sms: string;
}

const Forms = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    Subject: v.string(),
    Message: v.pipe(v.string(), v.parseJson(), v.object({ email: v.string(), sms: v.string() })),
  }),
);

/** Shows every alert that reaches the display's queue, until the signal aborts. */
export async function followAlerts(
  { address, displayQueueUrl: QueueUrl }: LocalSystem,
  show: (alert: DeliveredAlert) => void,
  abortSignal: AbortSignal,
): Promise<void> {
  const sqs = new SQSClient({ ...LOCAL_AWS, endpoint: address.sqsEndpoint });
  async function receive(): Promise<Message[]> {
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    const output = await sqs.send(command, { abortSignal });
    return output.Messages ?? [];
  }
  while (!abortSignal.aborted) {
    for (const { Body, ReceiptHandle } of await receive().catch(() => [])) {
      const forms = v.safeParse(Forms, Body);
      if (forms.success) show({ subject: forms.output.Subject, ...forms.output.Message });
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  sqs.destroy();
}
