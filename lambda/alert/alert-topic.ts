import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Message } from "./content/notice.ts";

export interface AlertTopic {
  /** Publishes the message as it is and returns SNS's message id. */
  publish(message: Message): Promise<string>;
}

export interface AlertTopicDeps {
  readonly client: Pick<SNSClient, "send">;
  readonly topicArn: string;
}

export function createAlertTopic({ client, topicArn }: AlertTopicDeps): AlertTopic {
  return {
    async publish({ subject, message, attributes }) {
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
