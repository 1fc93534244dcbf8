import { describe, expect, test } from "vitest";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { markTold } from "../../../lambda/outbox/mark.ts";
import type { Config } from "../../../lambda/shared/config.ts";
import { SENT_AT, securityEvent } from "../../support/notices.ts";
import {
  answerAt,
  claimedAlert,
  NOW,
  type OutboxWorldOptions,
  outboxWorld,
  serviceError,
} from "../../support/outbox-world.ts";

const RECEIVED = SENT_AT + 1000;
const MINUTE = 60_000;
const publication = { messageId: "m-1", publishedAt: NOW, answers: 1 };

async function markWith(difference: Partial<StoredAlert>, options: OutboxWorldOptions = {}) {
  const claimed = claimedAlert(difference);
  const { deps, invocation, calls } = outboxWorld(options);
  await markTold(claimed, publication, deps, invocation);
  const { values, reasons } = invocation.metrics;
  return { claimed, calls, metrics: values, reasons };
}

const TOLD = { AlertPublished: 1, AlertLatency: [NOW - RECEIVED] };

describe("a first alert that SNS has taken", () => {
  test("opens an incident that is due again after five minutes", async () => {
    const { claimed, calls, metrics } = await markWith({});
    const dueAt = RECEIVED + 5 * MINUTE;
    expect(calls).toEqual([["outbox.markPublished", claimed, publication, dueAt]]);
    expect(metrics).toEqual({ ...TOLD, IncidentOpened: 1 });
  });

  test.each<[string, Partial<StoredAlert>, Partial<Config>]>([
    ["of a test", { event: securityEvent({ test: true }) }, {}],
    ["where repeats are off", {}, { repeatAfterMinutes: [] }],
  ])("%s is told for good", async (_, difference, config) => {
    const { claimed, calls, metrics } = await markWith(difference, { config });
    expect(calls).toEqual([["outbox.markPublished", claimed, publication, undefined]]);
    expect(metrics).toEqual(TOLD);
  });

  test("opens no incident where the claim has passed to another", async () => {
    const outbox = { markPublished: async () => false };
    expect((await markWith({}, { outbox })).metrics).toEqual(TOLD);
  });

  test("counts as told although the mark fails: the next claim marks it", async () => {
    const error = serviceError("InternalServerError", 500);
    const outbox = { markPublished: async () => Promise.reject(error) };
    const { metrics, reasons } = await markWith({}, { outbox });
    expect(metrics).toEqual({ ...TOLD, RelayFailed: 1 });
    expect(reasons).toEqual({ RelayFailed: ["InternalServerError"] });
  });
});

test("a repeat that SNS has taken counts, and the next one follows the schedule", async () => {
  const { claimed, calls, metrics } = await markWith({ alert: "open", repeats: 2 });
  expect(calls).toEqual([["outbox.markRepeated", claimed, 3, RECEIVED + 5 * MINUTE]]);
  expect(metrics).toEqual({ RepeatPublished: 1 });
});

test("an answer that SNS has taken is announced: one more of them", async () => {
  const answers = [answerAt(5), answerAt(6)];
  const stored = { alert: "acknowledged", answers, announcedAnswers: 1 } as const;
  const { claimed, calls, metrics } = await markWith(stored);
  expect(calls).toEqual([["outbox.markAnnounced", claimed, 2, NOW, undefined]]);
  expect(metrics).toEqual({});
});
