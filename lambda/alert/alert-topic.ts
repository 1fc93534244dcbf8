import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Message, MessageContext, Notice } from "./content/notice.ts";
import { toMessage } from "./message.ts";

export interface AlertTopic {
  /** Publishes the message as it is, or the notice's; returns SNS's message id. */
  publish(given: Message | Notice): Promise<string>;
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
    async publish(given) {
      const ready = "attributes" in given ? given : toMessage(given, { ...context, now: now() });
      const { subject, message, attributes } = ready;
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
