import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { SecurityEvent } from "../event/security-event.ts";
import { toAlert } from "./alert.ts";

export interface AlertTopic {
  /** Publishes the event's alert and returns SNS's message id. */
  publish(event: SecurityEvent): Promise<string>;
}

export interface AlertTopicDeps {
  readonly client: Pick<SNSClient, "send">;
  readonly topicArn: string;
}

export function createAlertTopic({ client, topicArn }: AlertTopicDeps): AlertTopic {
  return {
    async publish(event) {
      const { subject, message, attributes } = toAlert(event);
      const output = await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: subject,
          Message: message,
          MessageStructure: "json",
          MessageAttributes: toMessageAttributes(attributes),
        }),
      );
      return output.MessageId ?? "";
    },
  };
}

function toMessageAttributes(attributes: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [
      name,
      { DataType: "String", StringValue },
    ]),
  );
}
