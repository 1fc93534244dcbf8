import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { MessageContext, Notice } from "./content/notice.ts";
import { toMessage } from "./message.ts";

export interface AlertTopic {
  /** Publishes the notice and returns SNS's message id. */
  publish(notice: Notice): Promise<string>;
}

export interface AlertTopicDeps {
  readonly client: Pick<SNSClient, "send">;
  readonly topicArn: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly context: Omit<MessageContext, "now">;
}

export function createAlertTopic({ client, topicArn, now, context }: AlertTopicDeps): AlertTopic {
  return {
    async publish(notice) {
      const { subject, message, attributes } = toMessage(notice, { ...context, now: now() });
      const output = await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: subject,
          Message: message,
          MessageStructure: "json",
          MessageAttributes: attributes,
        }),
      );
      return output.MessageId ?? "";
    },
  };
}
