import { describe, expect, test } from "vitest";
import {
  type Item,
  isSame,
  text,
  toExpiry,
  toItem,
  toKey,
  toPlainItem,
  toStoredEvent,
} from "../../../lambda/event/event-item.ts";
import { toInstant } from "../../../lambda/event/event-time.ts";
import { queryQueue } from "../../../lambda/event/outbox-queue.ts";
import { type StoredAlert, toStoredAlert } from "../../../lambda/event/stored-alert.ts";
import { createMemoryClient } from "../../explore/memory-table.ts";
import { ANSWER, securityEvent } from "../../support/notices.ts";
import { recordingClient } from "../../support/recording-client.ts";
import { hold } from "../../support/stored-alerts.ts";

const VALUE = '{"event":"PIN_CHANGED","display_phone_number":"1555","requester":"7"}';

const KEY = {
  wabaId: { S: "102290129340398" },
  eventKey: { S: "0000001795489920#d92d31e174b62c1a" },
};

const RECEIVED = { receivedAt: { S: "2026-11-24T03:12:01.000Z" }, appSecretIndex: { N: "0" } };

const ITEM: Item = {
  ...KEY,
  event: { S: "PIN_RESET_REQUEST" },
  displayPhoneNumber: { S: "15550783881" },
  requester: { S: "61555822107539" },
  time: { N: "1795489920" },
  sentAt: { S: "2026-11-24T03:12:00.000Z" },
  value: { S: "{}" },
  ...RECEIVED,
};

describe("an event's item", () => {
  test("has each field under its own name", () => {
    expect(toKey(securityEvent())).toEqual(KEY);
    expect(toItem(securityEvent())).toEqual(ITEM);
    expect(toStoredEvent(ITEM)).toEqual(securityEvent());
  });

  test("says that it is a test only where it is one", () => {
    const item = toItem(securityEvent({ test: true }));
    expect(item).toEqual({ ...ITEM, test: { BOOL: true } });
    expect(toStoredEvent(item)).toEqual(securityEvent({ test: true }));
    expect(toStoredEvent({ ...ITEM, test: { BOOL: false } }).test).toBe(false);
  });

  test("leaves out what the event lacks", () => {
    const { event: _, displayPhoneNumber, requester, sentAt, value, ...bare } = securityEvent();
    const item = { ...KEY, time: { N: "1795489920" }, ...RECEIVED };
    expect(toItem(bare)).toEqual(item);
    expect(toStoredEvent(item), "absent, not undefined").toStrictEqual(bare);
  });

  test("that somebody emptied is read as an event without anything", () => {
    expect(toStoredEvent({})).toStrictEqual({
      wabaId: "",
      eventKey: "",
      time: Number.NaN,
      receivedAt: "",
      test: false,
      appSecretIndex: Number.NaN,
    });
  });
});

test("an event that is over expires so many days after its receipt, or never", () => {
  const event = securityEvent({ receivedAt: "2026-11-24T03:12:01.999Z" });
  const expiresAt = { N: String(1_795_489_921 + 30 * 86_400) };
  expect(toExpiry(event, 30)).toEqual({ expiresAt });
  expect(toExpiry(event, undefined)).toEqual({});
});

test.each([
  [{}, true],
  [{ wabaId: "2" }, false],
  [{ eventKey: "2" }, false],
])("an event is the same as one that differs in %j: %s", (difference, expected) => {
  expect(isSame(securityEvent(), securityEvent(difference))).toBe(expected);
});

test.each([
  [1_795_489_920, "2026-11-24T03:12:00Z"],
  [1_230_768_000, "2009-01-01T00:00:00Z"],
  [1_230_767_999, "the receipt"],
  [1_795_489_920 + 86_400, "2026-11-25T03:12:00Z"],
  [1_795_489_921 + 86_400, "the receipt"],
  [Number.NaN, "the receipt"],
])("an event of the time %d happened at %s", (time, at) => {
  const receivedAt = "2026-11-24T03:12:00.000Z";
  const expected = at === "the receipt" ? receivedAt : at;
  expect(toInstant({ time, receivedAt })).toBe(Date.parse(expected));
  expect(toInstant({ time: Number.NaN, receivedAt: "yesterday" })).toBe(0);
});

test.each([
  [undefined, "outbox = :queue", {}],
  [7, "outbox = :queue AND dueAt < :now", { ":now": { N: "7" } }],
])("a queue is read page by page, what is due before %j", async (dueBefore, condition, values) => {
  const LastEvaluatedKey = { wabaId: { S: "1" } };
  const waits = { dueAt: { N: "5" }, alertAttempts: { N: "2" }, alert: { S: "open" } };
  const pages = [{ Items: [{ ...ITEM, ...waits }], LastEvaluatedKey }, { Items: [{}] }, {}];
  const { client, requests } = recordingClient(...pages);
  const found = await Array.fromAsync(queryQueue({ client, tableName: "t" }, "repeat", dueBefore));
  const { wabaId, eventKey, displayPhoneNumber, receivedAt } = securityEvent();
  const entry = { queue: "repeat", dueAt: 5, attempts: 2, alert: "open" };
  const edited = { wabaId: "", eventKey: "", receivedAt: "", attempts: 0, alert: "pending" };
  expect(found).toStrictEqual([
    [{ ...entry, wabaId, eventKey, displayPhoneNumber, receivedAt }],
    [{ queue: "repeat", dueAt: Number.NaN, ...edited }],
  ]);
  const input = {
    TableName: "t",
    IndexName: "outbox",
    KeyConditionExpression: condition,
    ExpressionAttributeValues: { ":queue": { S: "repeat" }, ...values },
  };
  expect(requests).toEqual([
    ["Query", input],
    ["Query", { ...input, ExclusiveStartKey: LastEvaluatedKey }],
  ]);
});

describe("the plain form", () => {
  const event = securityEvent({ value: VALUE });
  const plain = { ...KEY, value: { S: VALUE }, ...RECEIVED, plain: { BOOL: true } };

  test("leaves out what the indexes take, and reads it back from the value", () => {
    const item = toPlainItem(event);
    expect(item).toEqual({ ...plain, time: { N: "1795489920" } });
    const { sentAt: _, ...rest } = event;
    const readBack = { event: "PIN_CHANGED", displayPhoneNumber: "1555", requester: "7" };
    expect(toStoredEvent(item)).toStrictEqual({ ...rest, ...readBack });
    expect(toStoredAlert(item).isPlain).toBe(true);
  });

  test.each([2 ** 53, 0.5, Number.NaN])(
    "has the second of its receipt where its time is %d, which no index takes",
    (time) => {
      const item = toPlainItem({ ...event, time, receivedAt: "2026-11-24T03:12:01.999Z" });
      expect(item.time).toEqual({ N: "1795489921" });
    },
  );

  test("is read only where the item says that it is plain and has a value", () => {
    expect(toStoredEvent({ ...ITEM, value: { S: VALUE } }).event).toBe("PIN_RESET_REQUEST");
    const edited = { ...ITEM, value: { S: VALUE }, plain: { BOOL: false } };
    expect(toStoredEvent(edited).event).toBe("PIN_RESET_REQUEST");
    const { value: _, ...valueless } = ITEM;
    expect(toStoredEvent({ ...valueless, plain: { BOOL: true } }).event).toBe("PIN_RESET_REQUEST");
  });
});

describe("what became of an alert", () => {
  test("is read with every field", async () => {
    const stored: StoredAlert = {
      event: securityEvent(),
      alert: "superseded",
      attempts: 2,
      repeats: 3,
      publishedAt: "2026-11-24T03:12:02.000Z",
      incidentCode: "code",
      answers: [ANSWER, { ...ANSWER, answer: "planned", origin: "dashboard" }],
      announcedAnswers: 1,
      supersededBy: "key",
      claimToken: "token",
      dueAt: 5000,
    };
    const dynamodb = createMemoryClient();
    await hold({ dynamodb }, stored);
    expect([...dynamodb.rows.values()].map(toStoredAlert)).toStrictEqual([stored]);
  });

  test("is nothing where the item says nothing", () => {
    expect(toStoredAlert(ITEM), "absent, not undefined").toStrictEqual({
      event: securityEvent(),
      alert: "none",
      attempts: 0,
      repeats: 0,
      answers: [],
      announcedAnswers: 0,
    });
  });

  test("never keeps an edited answer from being read", () => {
    const { answers } = toStoredAlert({ ...ITEM, answers: { L: [{ M: {} }, text("?")] } });
    const nothing = { name: "", answer: "handling", at: "", from: "", origin: "link" };
    expect(answers).toStrictEqual([nothing, nothing]);
  });

  test.each([
    [{ from: text("terminal") }, "terminal"],
    [{ from: text("203.0.113.7"), origin: text("odd") }, "link"],
    [{ from: text("terminal"), origin: text("link") }, "link"],
  ] as const)("of an answer with %j comes by %s", (M, origin) => {
    const { answers } = toStoredAlert({ ...ITEM, answers: { L: [{ M: { ...M } }] } });
    expect(answers[0]?.origin).toBe(origin);
  });
});
