import { PublishCommand } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import { createAlertTopic } from "../../../lambda/alert/alert-topic.ts";
import { toMessage } from "../../../lambda/alert/message.ts";
import { messageContext, SENT_AT, securityEvent } from "../../support/notices.ts";

const NOW = SENT_AT + 90_000;
const notice = { kind: "alert", event: securityEvent() } as const;

function topicWith(answer: object) {
  const sent: unknown[] = [];
  const send = async (command: unknown) => {
    sent.push(command);
    return answer;
  };
  const { now: _, ...context } = messageContext({ label: "North" });
  const topic = createAlertTopic({
    client: { send } as never,
    topicArn: "arn:aws:sns:eu-central-1:123456789012:alerts",
    now: () => NOW,
    context,
  });
  return { topic, sent };
}

describe("the alert topic", () => {
  test("gets the message in a form for each protocol, with its subject and attributes", async () => {
    const { topic, sent } = topicWith({ MessageId: "m-1" });
    expect(await topic.publish(notice)).toBe("m-1");
    const context = messageContext({ label: "North", now: NOW });
    const { subject, message, attributes } = toMessage(notice, context);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toBeInstanceOf(PublishCommand);
    expect(sent[0]).toHaveProperty("input", {
      TopicArn: "arn:aws:sns:eu-central-1:123456789012:alerts",
      Subject: subject,
      Message: message,
      MessageStructure: "json",
      MessageAttributes: attributes,
    });
  });

  test("has taken the message although its answer names none", async () => {
    expect(await topicWith({}).topic.publish(notice)).toBe("");
  });
});
