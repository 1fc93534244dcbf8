import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Message, MessageContext } from "./content/notice.ts";
import { type Notice, toItems } from "./legacy.ts";
import { toMessage } from "./message.ts";

export interface AlertTopic {
  /** Publishes the message as it is and returns SNS's message id. */
  publish(message: Message | Notice): Promise<string>;
}

export interface AlertTopicDeps {
  readonly client: Pick<SNSClient, "send">;
  readonly topicArn: string;
  readonly now?: () => number;
  readonly context?: Omit<MessageContext, "now">;
}

export function createAlertTopic({ client, topicArn, now, context }: AlertTopicDeps): AlertTopic {
  return {
    async publish(given) {
      const { subject, message, attributes } =
        "attributes" in given
          ? given
          : toMessage(toItems(given), { ...context, now: now?.() } as MessageContext);
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
