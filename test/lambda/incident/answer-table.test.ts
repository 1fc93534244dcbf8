import { describe, expect, test } from "vitest";
import type { AnswerKind } from "../../../lambda/event/answer.ts";
import { toKey } from "../../../lambda/event/event-item.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { type AnswerTableDeps, createAnswerTable } from "../../../lambda/incident/answer-table.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createMemoryClient, toRowKey } from "../../explore/memory-table.ts";
import { ANSWER, securityEvent } from "../../support/notices.ts";
import { answersOf, byCodeNames, hold, storedAlert } from "../../support/stored-alerts.ts";

interface Given extends Pick<AnswerTableDeps, "retentionDays"> {
  readonly answer?: AnswerKind;
  readonly isAnnounced?: boolean;
  /** What the table holds in the end of it; else what is known. */
  readonly held?: Partial<StoredAlert>;
}

/** What the event is after an answer to an alert of which this is known; undefined: not appended. */
async function answered(known: Partial<StoredAlert>, given: Given = {}) {
  const { retentionDays, answer = "planned", isAnnounced = false, held = known } = given;
  const dynamodb = createMemoryClient();
  await hold({ dynamodb }, storedAlert(held));
  const deps = { client: dynamodb, tableName: "events" };
  const answers = createAnswerTable({
    ...deps,
    ...(retentionDays !== undefined && { retentionDays }),
  });
  const before = storedAlert(known);
  if (!(await answers.append(before, { ...ANSWER, answer }, isAnnounced))) return undefined;
  const after = await createEventTable(deps).find(before.event);
  expect(after?.answers).toEqual([...before.answers, { ...ANSWER, answer }]);
  const item = byCodeNames(dynamodb.rows.get(toRowKey(toKey(before.event))) ?? {});
  return { ...after, queue: item.outbox?.S, expiresAt: item.expiresAt?.N };
}

describe("an answer", () => {
  test.each([
    ["open", "planned", "acknowledged"],
    ["open", "pin-set", "acknowledged"],
    ["open", "moved", "acknowledged"],
    ["open", "handling", "open"],
    ["superseded", "planned", "acknowledged"],
    ["lapsed", "planned", "acknowledged"],
    ["lapsed", "handling", "lapsed"],
    ["published", "handling", "published"],
    ["published", "pin-set", "acknowledged"],
    ["acknowledged", "handling", "acknowledged"],
    ["acknowledged", "reopen", "open"],
    ["lapsed", "reopen", "open"],
    ["pending", "planned", "pending"],
  ] as const)("to an alert that is %s: %s makes it %s", async (alert, answer, next) => {
    expect(await answered({ alert }, { answer })).toMatchObject({ alert: next });
  });

  test.each<[string, Partial<StoredAlert>]>([
    ["in another state", { alert: "lapsed" }],
    ["with an answer", { answers: answersOf(1) }],
  ])("to an event that is %s meanwhile changes nothing", async (_, held) => {
    expect(await answered({}, { held })).toBeUndefined();
    const known = { answers: answersOf(2), announcedAnswers: 2 };
    expect(await answered(known, { held: { ...known, ...held } })).toBeUndefined();
  });

  test("that DynamoDB does not take is an error", async () => {
    const client = { send: () => Promise.reject(new Error("throttled")) } as never;
    const append = createAnswerTable({ client, tableName: "events" }).append;
    await expect(append(storedAlert(), ANSWER, false)).rejects.toThrow("throttled");
  });
});

const CLAIMED = { dueAt: 7, claimToken: "t", attempts: 2 };
const AT_ONCE = { queue: "answer", dueAt: 0, attempts: 0, claimToken: undefined };
const UNCHANGED = { ...CLAIMED, announcedAnswers: 0 };
const OUT = {
  queue: undefined,
  dueAt: undefined,
  claimToken: undefined,
  announcedAnswers: 1,
  expiresAt: undefined,
};
const RELAYED = { ...AT_ONCE, announcedAnswers: 1 };
const THIRD = { alert: "acknowledged", answers: answersOf(2), ...CLAIMED } as const;
const ONE_WAITS = { ...THIRD, announcedAnswers: 1 };
const SAID = { isAnnounced: true };
const SAID_30 = { isAnnounced: true, retentionDays: 30 };
const SAID_UNKNOWN = { isAnnounced: true, retentionDays: "unknown" } as const;
const SAID_HANDLING = { isAnnounced: true, retentionDays: 30, answer: "handling" } as const;
const expiry = String(Date.parse(securityEvent().receivedAt) / 1000 + 30 * 86_400);

describe("after an answer the event", () => {
  test.each<[string, Partial<StoredAlert>, Given, object]>([
    ["that is open is due at once: a repeat's claim is taken", CLAIMED, {}, AT_ONCE],
    ["that was superseded is due at once", { alert: "superseded", ...CLAIMED }, {}, AT_ONCE],
    ["that lapsed is due at once", { alert: "lapsed", ...CLAIMED }, {}, AT_ONCE],
    ["that was published once is due at once", { alert: "published", ...CLAIMED }, {}, AT_ONCE],
    ["with announced answers is due at once", { ...THIRD, announcedAnswers: 2 }, {}, AT_ONCE],
    [
      "that is pending stays",
      { alert: "pending", ...CLAIMED },
      {},
      { queue: "alert", ...UNCHANGED },
    ],
    ["whose answers wait keeps their claim", THIRD, {}, { queue: "answer", ...UNCHANGED }],
    ["of which one waits keeps it too", ONE_WAITS, SAID, { queue: "answer", ...CLAIMED }],
    ["leaves the outbox where another announces it", CLAIMED, SAID, OUT],
    ["then expires where it is kept for days", {}, SAID_30, { ...OUT, expiresAt: expiry }],
    ["is left to the relay by a caller who does not know the days", CLAIMED, SAID_UNKNOWN, RELAYED],
    ["that nothing ends stays queued", CLAIMED, SAID_HANDLING, { queue: "repeat", ...CLAIMED }],
  ])("%s", async (_, known, given, expected) => {
    const after = await answered(known, given);
    expect({ claimToken: undefined, dueAt: undefined, ...after }).toMatchObject(expected);
  });

  test("of which others announced an answer meanwhile is left alone", async () => {
    for (const announcedAnswers of [0, 1]) {
      const held = { ...THIRD, announcedAnswers: announcedAnswers + 1 };
      expect(await answered({ ...THIRD, announcedAnswers }, { held })).toBeUndefined();
    }
  });

  test("that had expired is kept until the answer is announced", async () => {
    const dynamodb = createMemoryClient();
    const stored = storedAlert({ alert: "lapsed" });
    await hold({ dynamodb }, stored);
    const key = toRowKey(toKey(stored.event));
    const expired = { ...dynamodb.rows.get(key), expiresAt: { N: "1" } };
    dynamodb.rows = new Map(dynamodb.rows).set(key, expired);
    const { append } = createAnswerTable({ client: dynamodb, tableName: "events" });
    await append(stored, ANSWER, false);
    expect(dynamodb.rows.get(key)).not.toHaveProperty("expiresAt");
  });
});
