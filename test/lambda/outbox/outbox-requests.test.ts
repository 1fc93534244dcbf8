import { describe, expect, test } from "vitest";
import type { Item } from "../../../lambda/event/event-item.ts";
import {
  type Claimed,
  claimMs,
  createOutbox,
  type Outbox,
  type OutboxEntry,
} from "../../../lambda/outbox/outbox.ts";
import { answerAt, claimedAlert, serviceError } from "../../support/outbox-world.ts";
import { conditionFailed, recordingClient } from "../../support/recording-client.ts";

const ID = { wabaId: "1", eventKey: "2#3" };
const CLAIM = { token: "t", expiresAt: 5000 };
const PUBLICATION = { messageId: "m-1", publishedAt: Date.UTC(2026, 0, 1) };

const claimed = claimedAlert();
const KEY = {
  wabaId: { S: claimed.stored.event.wabaId },
  eventKey: { S: claimed.stored.event.eventKey },
};
const EXPIRY = { N: String(1_795_489_921 + 2 * 86_400) };

function outboxOf(answers: readonly (object | Error)[] = [], retentionDays?: number) {
  const { client, requests } = recordingClient(...answers);
  return { outbox: createOutbox({ client, tableName: "events", retentionDays }), requests };
}

function updateOf(Key: Item, update: string, condition: string, values: Item) {
  const input = {
    TableName: "events",
    Key,
    UpdateExpression: update,
    ConditionExpression: condition,
    ExpressionAttributeValues: values,
    ReturnValues: "ALL_NEW",
  };
  return ["UpdateItem", input];
}

/** What a step sends to DynamoDB, without and with a retention of two days. */
async function requestsOf(
  step: (outbox: Outbox) => Promise<unknown>,
  retentionDays?: number,
  answers: readonly (object | Error)[] = [],
) {
  const { outbox, requests } = outboxOf(answers, retentionDays);
  await step(outbox);
  return requests;
}

describe("a claim", () => {
  const key = { wabaId: { S: "1" }, eventKey: { S: "2#3" } };
  const set = "SET claimToken = :token, dueAt = :expiresAt ADD alertAttempts :one";
  const values = {
    ":token": { S: "t" },
    ":expiresAt": { N: "5000" },
    ":one": { N: "1" },
    ":now": { N: "4000" },
    ":pending": { S: "pending" },
  };

  test("is taken on whatever waits in the outbox, if nobody holds it", async () => {
    const condition = "outbox = :pending AND (claimToken = :token OR dueAt < :now)";
    const requests = await requestsOf((outbox) => outbox.claim(ID, CLAIM, 4000));
    expect(requests).toEqual([updateOf(key, set, condition, values)]);
  });

  test("of a delivery is taken on first alerts alone", async () => {
    const condition = "alert = :pending AND (claimToken = :token OR dueAt < :now)";
    const requests = await requestsOf((outbox) => outbox.claimAlert(ID, CLAIM, 4000));
    expect(requests).toEqual([updateOf(key, set, condition, values)]);
  });

  test.each(["claim", "claimAlert"] as const)("(%s) gives back what is stored", async (claim) => {
    const Attributes = { alert: { S: "open" }, alertAttempts: { N: "3" } };
    const { outbox } = outboxOf([{ Attributes }, {}]);
    expect(await outbox[claim](ID, CLAIM, 1)).toMatchObject({ alert: "open", attempts: 3 });
    expect(await outbox[claim](ID, CLAIM, 1)).toMatchObject({ alert: "none", attempts: 0 });
  });

  test.each(["claim", "claimAlert"] as const)(
    "(%s) that another holds is refused",
    async (claim) => {
      const { outbox } = outboxOf([conditionFailed()]);
      expect(await outbox[claim](ID, CLAIM, 1)).toBeUndefined();
    },
  );

  test.each(["claim", "claimAlert"] as const)(
    "(%s) that DynamoDB fails is an error",
    async (claim) => {
      const error = serviceError("InternalServerError", 500);
      const { outbox } = outboxOf([error]);
      await expect(outbox[claim](ID, CLAIM, 1)).rejects.toBe(error);
    },
  );

  test.each([
    [0, 60],
    [1, 60],
    [2, 120],
    [3, 240],
    [9, 15_360],
    [10, 21_600],
    [1000, 21_600],
  ])("of attempt %d lasts %d seconds", (attempt, seconds) => {
    expect(claimMs(attempt)).toBe(seconds * 1000);
  });
});

describe("the holder of a claim", () => {
  const token = { ":token": { S: "t" } };

  test("makes it last longer", async () => {
    const requests = await requestsOf((outbox) => outbox.prolong(claimed, 7000));
    const values = { ":expiresAt": { N: "7000" }, ...token };
    expect(requests).toEqual([
      updateOf(KEY, "SET dueAt = :expiresAt", "claimToken = :token", values),
    ]);
  });

  test("gives it back, and the attempt does not count", async () => {
    const requests = await requestsOf((outbox) => outbox.release(claimed, 7000));
    const set = "SET dueAt = :now ADD alertAttempts :minusOne REMOVE claimToken";
    const values = { ":now": { N: "7000" }, ":minusOne": { N: "-1" }, ...token };
    expect(requests).toEqual([updateOf(KEY, set, "claimToken = :token", values)]);
  });

  test.each([
    ["prolong", (outbox: Outbox) => outbox.prolong(claimed, 1)],
    ["release", (outbox: Outbox) => outbox.release(claimed, 1)],
    ["markRepeated", (outbox: Outbox) => outbox.markRepeated(claimed, 1, 1)],
    ["close", (outbox: Outbox) => outbox.close(claimed, "lapsed")],
  ])("may have lost it: %s changes nothing, without an error", async (_, step) => {
    await expect(step(outboxOf([conditionFailed()]).outbox)).resolves.toBeUndefined();
  });
});

describe("a first alert that is told", () => {
  const set = "SET alert = :told, alertPublishedAt = :at, alertMessageId = :messageId";
  const condition = "alert = :pending AND claimToken = :token";
  const values = {
    ":at": { S: "2026-01-01T00:00:00.000Z" },
    ":messageId": { S: "m-1" },
    ":pending": { S: "pending" },
    ":token": { S: "t" },
  };
  const leave = "REMOVE outbox, claimToken, dueAt";

  test("for good leaves the outbox", async () => {
    const requests = await requestsOf((outbox) => outbox.markPublished(claimed, PUBLICATION));
    const told = { ":told": { S: "published" }, ...values };
    expect(requests).toEqual([updateOf(KEY, `${set} ${leave}`, condition, told)]);
  });

  test("for good expires where a retention is set", async () => {
    const requests = await requestsOf((outbox) => outbox.markPublished(claimed, PUBLICATION), 2);
    const told = { ":told": { S: "published" }, ...values, ":expiry": EXPIRY };
    expect(requests).toEqual([
      updateOf(KEY, `${set}, expiresAt = :expiry ${leave}`, condition, told),
    ]);
  });

  test.each([undefined, 2])("and repeats stays, and never expires (retention %s)", async (days) => {
    const requests = await requestsOf(
      (outbox) => outbox.markPublished(claimed, PUBLICATION, 9000),
      days,
    );
    const stay = `${set}, dueAt = :next, alertAttempts = :zero REMOVE claimToken`;
    const open = { ...values, ":told": { S: "open" }, ":next": { N: "9000" }, ":zero": { N: "0" } };
    expect(requests).toEqual([updateOf(KEY, stay, condition, open)]);
  });

  test("is marked, unless the claim has passed to another", async () => {
    const { outbox } = outboxOf([{}, conditionFailed()]);
    expect(await outbox.markPublished(claimed, PUBLICATION)).toBe(true);
    expect(await outbox.markPublished(claimed, PUBLICATION)).toBe(false);
  });
});

test("a repeat that is told counts, and the next one waits unclaimed", async () => {
  const requests = await requestsOf((outbox) => outbox.markRepeated(claimed, 3, 9000));
  const set = "SET alertRepeats = :repeats, dueAt = :next, alertAttempts = :zero REMOVE claimToken";
  const values = {
    ":repeats": { N: "3" },
    ":next": { N: "9000" },
    ":zero": { N: "0" },
    ":open": { S: "open" },
    ":token": { S: "t" },
  };
  expect(requests).toEqual([updateOf(KEY, set, "alert = :open AND claimToken = :token", values)]);
});

describe("an answer that is told", () => {
  const condition = "alert = :acknowledged AND claimToken = :token";
  const all = `${condition} AND size(answers) = :announced`;
  const leave = "REMOVE outbox, claimToken, dueAt";
  const valuesOf = (announced: string) => ({
    ":announced": { N: announced },
    ":acknowledged": { S: "acknowledged" },
    ":token": { S: "t" },
  });
  const due = { ":next": { N: "7000" }, ":zero": { N: "0" } };
  const stay =
    "SET announcedAnswers = :announced, dueAt = :next, alertAttempts = :zero REMOVE claimToken";
  const answered: Claimed = claimedAlert({ answers: [answerAt(5), answerAt(6)] });
  const mark = (announced: number) => (outbox: Outbox) =>
    outbox.markAnnounced(answered, announced, 7000);

  test("as the last one leaves the outbox", async () => {
    const set = `SET announcedAnswers = :announced ${leave}`;
    expect(await requestsOf(mark(2))).toEqual([updateOf(KEY, set, all, valuesOf("2"))]);
  });

  test("as the last one expires where a retention is set", async () => {
    const set = `SET announcedAnswers = :announced, expiresAt = :expiry ${leave}`;
    const values = { ...valuesOf("2"), ":expiry": EXPIRY };
    expect(await requestsOf(mark(2), 2)).toEqual([updateOf(KEY, set, all, values)]);
  });

  test("before others makes the next one due, without a TTL", async () => {
    const values = { ...valuesOf("1"), ...due };
    expect(await requestsOf(mark(1), 2)).toEqual([updateOf(KEY, stay, condition, values)]);
  });

  test("while another one comes makes that one due", async () => {
    const requests = await requestsOf(mark(2), 2, [conditionFailed()]);
    const set = `SET announcedAnswers = :announced, expiresAt = :expiry ${leave}`;
    expect(requests).toEqual([
      updateOf(KEY, set, all, { ...valuesOf("2"), ":expiry": EXPIRY }),
      updateOf(KEY, stay, condition, { ...valuesOf("2"), ...due }),
    ]);
  });
});

describe("an open alert that is closed leaves the outbox", () => {
  const condition = "alert = :open AND claimToken = :token";
  const leave = "REMOVE outbox, claimToken, dueAt";
  const values = { ":open": { S: "open" }, ":token": { S: "t" } };
  const superseded = { supersededBy: "2#3" };
  const by = { ":closed": { S: "superseded" }, ...values, ":by": { S: "2#3" } };

  test("as lapsed", async () => {
    const requests = await requestsOf((outbox) => outbox.close(claimed, "lapsed"));
    const closed = { ":closed": { S: "lapsed" }, ...values };
    expect(requests).toEqual([updateOf(KEY, `SET alert = :closed ${leave}`, condition, closed)]);
  });

  test("as superseded, by which other", async () => {
    const requests = await requestsOf((outbox) => outbox.close(claimed, superseded));
    const set = `SET alert = :closed, supersededBy = :by ${leave}`;
    expect(requests).toEqual([updateOf(KEY, set, condition, by)]);
  });

  test("with its end, where a retention is set", async () => {
    const requests = await requestsOf((outbox) => outbox.close(claimed, superseded), 2);
    const set = `SET alert = :closed, supersededBy = :by, expiresAt = :expiry ${leave}`;
    expect(requests).toEqual([updateOf(KEY, set, condition, { ...by, ":expiry": EXPIRY })]);
  });
});

describe("the pages of the outbox", () => {
  const page = {
    TableName: "events",
    IndexName: "outbox",
    KeyConditionExpression: "outbox = :pending",
    ExpressionAttributeValues: { ":pending": { S: "pending" } },
    Limit: 100,
  };
  const waiting = {
    wabaId: { S: "1" },
    eventKey: { S: "2#3" },
    dueAt: { N: "5000" },
    alertAttempts: { N: "2" },
    receivedAt: { S: "2026-01-01T00:00:00.000Z" },
    alert: { S: "open" },
  };

  async function read(...answers: readonly object[]) {
    const { outbox, requests } = outboxOf(answers);
    const pages: (readonly OutboxEntry[])[] = await Array.fromAsync(outbox.pages());
    return { pages, requests };
  }

  test("are read one after the other, each from where the last one ended", async () => {
    const { pages, requests } = await read(
      { Items: [waiting], LastEvaluatedKey: { dueAt: { N: "5000" } } },
      { Items: [] },
    );
    const receivedAt = "2026-01-01T00:00:00.000Z";
    expect(pages).toEqual([[{ ...ID, dueAt: 5000, attempts: 2, receivedAt, alert: "open" }], []]);
    const next = { ...page, ExclusiveStartKey: { dueAt: { N: "5000" } } };
    expect(requests).toEqual([
      ["Query", page],
      ["Query", next],
    ]);
  });

  test("survive an item that somebody edited", async () => {
    const { pages } = await read({ Items: [{}] });
    const nothing = { wabaId: "", eventKey: "", receivedAt: "", attempts: 0, alert: "pending" };
    expect(pages).toEqual([[{ ...nothing, dueAt: Number.NaN }]]);
  });

  test("of an empty outbox are one empty page", async () => {
    expect((await read({})).pages).toEqual([[]]);
  });
});
