import { describe, expect, test } from "vitest";
import type { SecurityEvent } from "../../../lambda/event/security-event.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { publishDelivered } from "../../../lambda/outbox/publish-due.ts";
import { SENT_AT, securityEvent } from "../../support/notices.ts";
import {
  answerAt,
  NOW,
  type OutboxWorldOptions,
  outboxWorld,
  storedAlert,
} from "../../support/outbox-world.ts";

const RECEIVED = SENT_AT + 1000;
const MINUTE = 60_000;
const NEXT_REPEAT = RECEIVED + 5 * MINUTE;
const PUBLISHED_AT = new Date(NOW).toISOString();
const TAKEN = { AlertPublished: 1, AlertLatency: [NOW - RECEIVED] };

/** Publishes what is due about the event. */
async function publish(difference: Partial<StoredAlert>, options: OutboxWorldOptions = {}) {
  const world = outboxWorld(options);
  await publishDelivered(await world.claim(storedAlert(difference)), world.run);
  return { ...world, found: world.stored()[0] };
}

/** The same; while SNS takes the message, this happens to the event. */
async function publishWhile(difference: Partial<StoredAlert>) {
  const world = outboxWorld({ publish: () => world.claim(storedAlert(difference)) });
  await publishDelivered(await world.claim(storedAlert()), world.run);
  return { ...world, found: world.stored()[0] };
}

const ANN = answerAt(1);
const PLANNED = answerAt(2, { answer: "planned" });
const REOPEN = answerAt(3, { answer: "reopen" });
const about = (difference: Partial<SecurityEvent>) => ({ event: securityEvent(difference) });
const receivedAt = (at: number) => about({ receivedAt: new Date(at).toISOString() });
const OVER = { alert: "published", dueAt: undefined } as const;
const REPEATED = { alert: "open", dueAt: NEXT_REPEAT } as const;

describe("what an event waits for", () => {
  test.each<[string, Partial<StoredAlert>, object]>([
    ["a first alert", {}, { ...REPEATED, publishedAt: PUBLISHED_AT }],
    ["a test", about({ test: true }), OVER],
    ["a changed PIN", about({ event: "PIN_CHANGED" }), OVER],
    [
      "a repeat",
      { alert: "open", repeats: 2, publishedAt: "before" },
      { ...REPEATED, repeats: 3, publishedAt: "before" },
    ],
    [
      "an answer that ends it",
      { alert: "acknowledged", answers: [ANN, PLANNED] },
      { alert: "acknowledged", dueAt: undefined, announcedAnswers: 2 },
    ],
    [
      "that it is handled",
      { alert: "open", answers: [ANN] },
      { alert: "open", announcedAnswers: 1, dueAt: NOW + 60 * MINUTE },
    ],
    [
      "that it is handled, at most until it lapses",
      { alert: "open", answers: [ANN], ...receivedAt(NOW - 48 * 60 * MINUTE + 1) },
      { alert: "open", dueAt: NOW + 1 },
    ],
    [
      "that it is open again",
      { alert: "open", answers: [PLANNED, REOPEN], announcedAnswers: 1 },
      { alert: "open", announcedAnswers: 2, dueAt: NOW + 5 * MINUTE },
    ],
    ["an answer to a test", { alert: "published", answers: [ANN] }, OVER],
    [
      "an answer that another event announces: nothing",
      { alert: "acknowledged", answers: [ANN], announcedAnswers: 1 },
      { alert: "acknowledged", dueAt: undefined },
    ],
    [
      "the last repeat, after 48 hours: nothing, it has lapsed",
      { alert: "open", ...receivedAt(NOW - 48 * 60 * MINUTE) },
      { alert: "lapsed", dueAt: undefined },
    ],
  ])("after the message about %s", async (_, difference, expected) => {
    const { found } = await publish(difference);
    expect({ dueAt: undefined, ...found }).toMatchObject(expected);
    expect(found).not.toHaveProperty("claimToken");
  });

  test("is nothing where repeats are off", async () => {
    const { found } = await publish({}, { config: { repeatAfterMinutes: [] } });
    expect({ dueAt: undefined, ...found }).toMatchObject(OVER);
  });

  test.each<[StoredAlert["answers"], object]>([
    [[ANN], { alert: "open", announcedAnswers: 0, dueAt: 0 }],
    [[PLANNED], { alert: "acknowledged", announcedAnswers: 0, dueAt: 0 }],
  ])("is an answer at once, where one came meanwhile: %#", async (answers, expected) => {
    const { found, metrics } = await publishWhile({ answers });
    expect(found).toMatchObject(expected);
    expect(metrics).toMatchObject(TAKEN);
  });
});

describe("a mark", () => {
  test("is not made where the claim has passed to another", async () => {
    const { states, metrics } = await publishWhile({ claimToken: "another" });
    expect(Object.values(states())).toEqual(["pending, held"]);
    expect(metrics).toEqual(TAKEN);
  });

  test("is given up after three answers that came meanwhile, and the relay publishes again", async () => {
    let marks = 0;
    const world = outboxWorld({
      pace: { take: async () => true },
      before: (kind) => {
        if (kind !== "UpdateItem") return undefined;
        marks += 1;
        return world.claim(storedAlert({ answers: Array(marks).fill(ANN) }));
      },
    });
    await publishDelivered(await world.claim(storedAlert()), world.run);
    expect(marks).toBe(3);
    expect(Object.values(world.states())).toEqual(["pending, held"]);
  });

  test.each([true, undefined])(
    "gives an event in plain form (%s) its usual form back",
    async (isPlain) => {
      const value = '{"event":"PIN_RESET_REQUEST"}';
      const { found, requests } = await publish({
        ...about({ value }),
        ...(isPlain && { isPlain }),
      });
      expect(found).not.toHaveProperty("isPlain");
      expect(requests, "a place, the mark, its form").toHaveLength(isPlain ? 3 : 2);
    },
  );
});
