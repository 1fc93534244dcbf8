import { PublishCommand } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import { createAlertTopic } from "../../../lambda/alert/alert-topic.ts";
import type { NoticeItem } from "../../../lambda/alert/content/notice.ts";
import { countBytes, toMessage, toMessages } from "../../../lambda/alert/message.ts";
import { splitToFit } from "../../../lambda/alert/split-to-fit.ts";
import {
  ANSWER,
  later,
  LINK as link,
  messageContext,
  securityEvent,
} from "../../support/notices.ts";

const context = messageContext();
const LIMIT = 256 * 1024;

function alerts(amount: number, texts = ""): NoticeItem[] {
  return Array.from({ length: amount }, (_, index) => ({
    due: "alert",
    event: later(-index, {
      displayPhoneNumber: `${15_550_000_000 + index}${texts}`,
      event: `E${texts}`,
      eventKey: String(index),
    }),
    link,
  }));
}

function kindOf({ message }: { message: ReturnType<typeof toMessage> }): string | undefined {
  return message.attributes.kind?.StringValue;
}

describe("what is due", () => {
  test("of one event is its ordinary message", () => {
    const [item] = alerts(1) as [NoticeItem];
    expect(toMessages([item], context)).toEqual([
      { message: toMessage([item], context), items: [item] },
    ]);
    expect(toMessages([], context)).toEqual([]);
  });

  test("is alerts and answers apart, each item with what the caller attached", () => {
    const event = securityEvent();
    const items = [
      { due: "answer", event, answers: [ANSWER], claim: 1 },
      { due: "repeat", event, repeat: 1, story: [], claim: 2 },
      { due: "alert", event: later(1), claim: 3 },
    ] as const;
    const messages = toMessages(items, context);
    expect(messages.map(kindOf)).toEqual(["acknowledged", "digest"]);
    expect(messages.map((each) => each.items.map(({ claim }) => claim))).toEqual([[1], [3, 2]]);
  });

  test("has the worst first, then the newest, and tests last", () => {
    const named = [
      later(9, { test: true, requester: "test" }),
      later(1, { requester: "old" }),
      later(3, { requester: "new" }),
      later(0, { event: "PIN_REQUEST_SUCCESS", requester: "off" }),
    ];
    const [digest] = toMessages(
      named.map((event) => ({ due: "alert", event }) as const),
      context,
    );
    expect(digest?.items.map(({ event }) => event.requester)).toEqual([
      "off",
      "new",
      "old",
      "test",
    ]);
  });

  test("has answers as they came", () => {
    const items = [later(0), later(9), later(4)].map((event) => {
      return { due: "answer", event, answers: [ANSWER] } as const;
    });
    expect(toMessages(items, context)[0]?.items).toEqual(items);
  });

  test("of several accounts is one message, or one for each account", () => {
    const items = alerts(6).map((item, index): NoticeItem => {
      return { ...item, event: { ...item.event, wabaId: String(index % 2) } };
    });
    expect(toMessages(items, context)).toHaveLength(1);
    const separate = toMessages(items, messageContext({ separateAccounts: true }));
    const accounts = separate.map((each) => new Set(each.items.map(({ event }) => event.wabaId)));
    expect(accounts).toEqual([new Set(["0"]), new Set(["1"])]);
    expect(separate.map(({ message }) => message.attributes.wabaId?.StringValue)).toEqual([
      '["0"]',
      '["1"]',
    ]);
  });

  test.each(["", "x".repeat(200), '😀"\\<'.repeat(60)])(
    "of 1500 events is in as few messages as SNS allows, with %s in them",
    (texts) => {
      const items = alerts(1500, texts);
      const messages = toMessages(items, context);
      expect(messages.flatMap((each) => each.items)).toEqual(items);
      for (const [index, { message, items: some }] of messages.entries()) {
        expect(countBytes(message)).toBeLessThanOrEqual(LIMIT);
        const [next] = messages[index + 1]?.items ?? [];
        if (next) expect(countBytes(toMessage([...some, next], context))).toBeGreaterThan(LIMIT);
      }
    },
  );
});

describe("items of very different sizes", () => {
  const sum = (some: readonly number[]) => Math.round(some.reduce((a, b) => a + b, 0) * 10) / 10;

  test.each([
    [
      [1, 1, 1, 9, 9, 1, 1],
      [[1, 1, 1], [9], [9, 1], [1]],
    ],
    [
      [11, 1, 12, 1],
      [[11], [1], [12], [1]],
    ],
    [Array(100).fill(0.1).concat(10), [Array(100).fill(0.1), [10]]],
    [[10], [[10]]],
  ])("%j are split before the group would be too large", (sizes, groups) => {
    const split = { compose: sum, sizeOf: (size: number) => size, max: 10 };
    const found = splitToFit(sizes as number[], split);
    expect(found).toMatchObject(groups.map((items) => ({ items, composed: sum(items) })));
  });

  test("need few compositions, where a line says where the limit is", () => {
    let composed = 0;
    const items = Array.from({ length: 1000 }, (_, index) => 100 + (index % 7));
    const compose = (some: readonly number[]) => {
      composed += 1;
      return some.reduce((a, b) => a + b, 500);
    };
    const split = { compose, sizeOf: (size: number) => size, max: 90_000 };
    expect(splitToFit(items, split).map((group) => group.items.length)).toEqual([868, 132]);
    expect(composed).toBe(5);
  });
});

test("the size that counts is the message's with all attributes, in bytes", () => {
  const attributes = { é: { DataType: "String", StringValue: "value" } } as const;
  expect(countBytes({ subject: "ab", message: "cde", attributes })).toBe(2 + 3 + 2 + 6 + 5);
});

test("the topic gets the message as it is, and an answer without an id is one all the same", async () => {
  const sent: unknown[] = [];
  const send = async (command: unknown) => {
    sent.push(command);
    return sent.length === 1 ? { MessageId: "m-1" } : {};
  };
  const topic = createAlertTopic({ client: { send } as never, topicArn: "arn" });
  const message = toMessage(alerts(1), context);
  expect([await topic.publish(message), await topic.publish(message)]).toEqual(["m-1", ""]);
  expect(sent[0]).toBeInstanceOf(PublishCommand);
  expect(sent[0]).toHaveProperty("input", {
    TopicArn: "arn",
    Subject: message.subject,
    Message: message.message,
    MessageStructure: "json",
    MessageAttributes: message.attributes,
  });
});
