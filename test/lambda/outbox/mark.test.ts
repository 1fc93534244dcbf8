import { describe, expect, test } from "vitest";
import type { SecurityEvent } from "../../../lambda/event/security-event.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import type { Next } from "../../../lambda/outbox/due.ts";
import { markPublication } from "../../../lambda/outbox/mark.ts";
import { prepare } from "../../../lambda/outbox/prepare.ts";
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
const NEXT_REPEAT = RECEIVED + 5 * MINUTE;
const publication = { messageId: "m-1", publishedAt: NOW };
const TAKEN = { AlertPublished: 1, AlertLatency: [NOW - RECEIVED] };

/** Publishes what is due about the event; what it then waits for, by the first mark or the last. */
async function markWith(difference: Partial<StoredAlert>, options: OutboxWorldOptions = {}) {
  const claimed = claimedAlert(difference);
  const { run, calls } = outboxWorld(options);
  const item = await prepare(claimed, run);
  if (!item) throw new Error("Nothing is due");
  await markPublication(item, publication, run);
  const marks = calls.filter(([name]) => name === "outbox.mark") as [
    string,
    object,
    Next,
    unknown,
  ][];
  const [, , next, first] = marks.at(-1) ?? [];
  return { marks, next, first, calls, metrics: run.invocation.metrics.values };
}

const ANN = answerAt(1);
const PLANNED = answerAt(2, { answer: "planned" });
const REOPEN = answerAt(3, { answer: "reopen" });
const about = (difference: Partial<SecurityEvent>) => ({ event: securityEvent(difference) });
const OVER = { alert: "published", due: "nothing" } as const;
const REPEATED = { alert: "open", due: "repeat" } as const;

test.each([
  ["https://hooks.example", "https://hooks.example/incident?w=102290129340398&k="],
  [undefined, undefined],
])(
  "a message carries the link of its event, with the public address %s",
  async (publicUrl, link) => {
    const { run } = outboxWorld({ config: { publicUrl } });
    const item = await prepare(claimedAlert({ incidentCode: "code" }), run);
    expect(item?.link?.slice(0, link?.length)).toBe(link);
  },
);

describe("what an event waits for", () => {
  test.each<[string, Partial<StoredAlert>, Partial<Next>]>([
    ["a first alert", {}, { ...REPEATED, dueAt: NEXT_REPEAT }],
    ["a test", about({ test: true }), OVER],
    ["a changed PIN", about({ event: "PIN_CHANGED" }), OVER],
    ["an alert handled meanwhile", { answers: [ANN] }, { alert: "open", due: "answer", dueAt: 0 }],
    [
      "an alert ended meanwhile",
      { answers: [PLANNED] },
      { alert: "acknowledged", due: "answer", announcedAnswers: 0 },
    ],
    ["a repeat", { alert: "open", repeats: 2 }, { ...REPEATED, repeats: 3, dueAt: NEXT_REPEAT }],
    [
      "an answer that ends it",
      { alert: "acknowledged", answers: [ANN, PLANNED] },
      { alert: "acknowledged", due: "nothing", announcedAnswers: 2 },
    ],
    [
      "that it is handled",
      { alert: "open", answers: [ANN] },
      { ...REPEATED, announcedAnswers: 1, dueAt: NOW + 60 * MINUTE },
    ],
    [
      "that it is open again",
      { alert: "open", answers: [PLANNED, REOPEN], announcedAnswers: 1 },
      REPEATED,
    ],
    ["an answer to a test", { alert: "published", answers: [ANN] }, OVER],
  ])("after the message about %s", async (_, difference, expected) => {
    const { next, marks } = await markWith(difference);
    expect(marks).toHaveLength(1);
    expect(next).toMatchObject(expected);
  });

  test("is nothing where repeats are off", async () => {
    expect((await markWith({}, { config: { repeatAfterMinutes: [] } })).next).toMatchObject(OVER);
  });

  test("at most until it lapses, while somebody is handling it", async () => {
    const event = securityEvent({ receivedAt: new Date(NOW - 48 * 60 * MINUTE + 1).toISOString() });
    const { next } = await markWith({ event, alert: "open", answers: [ANN] });
    expect(next?.dueAt).toBe(NOW + 1);
  });
});

describe("a mark", () => {
  test("of the last repeat, after 48 hours, closes the alert instead", async () => {
    const event = securityEvent({ receivedAt: new Date(NOW - 48 * 60 * MINUTE).toISOString() });
    const { calls, marks, metrics } = await markWith({ event, alert: "open" });
    expect(marks).toEqual([]);
    expect(calls.at(-1)).toMatchObject(["outbox.close", { token: "t" }, "lapsed"]);
    expect(metrics).toEqual({ RepeatPublished: 1 });
  });

  test("of a first alert keeps its publication and opens an incident", async () => {
    const { first, metrics } = await markWith({});
    expect(first).toEqual(publication);
    expect(metrics).toEqual({ ...TAKEN, IncidentOpened: 1 });
  });

  test("of a repeat counts it, and keeps the first publication", async () => {
    const { first, metrics } = await markWith({ alert: "open" });
    expect(first).toBeUndefined();
    expect(metrics).toEqual({ RepeatPublished: 1 });
  });

  test("is made again with an answer that came meanwhile, as long as the claim is ours", async () => {
    const answered = { ...claimedAlert({ answers: [PLANNED] }).stored, claimToken: "t" };
    let marks = 0;
    const outbox = { mark: async () => ++marks > 1 };
    const { next, metrics } = await markWith({}, { outbox, table: { find: async () => answered } });
    expect(next).toMatchObject({ alert: "acknowledged", due: "answer", dueAt: 0 });
    expect(metrics).toEqual(TAKEN);
  });

  test.each([undefined, { ...claimedAlert().stored, claimToken: "another" }])(
    "is not made again where the claim has passed to another",
    async (found) => {
      const table = { find: async () => found };
      const { marks, metrics } = await markWith({}, { outbox: { mark: async () => false }, table });
      expect(marks).toHaveLength(1);
      expect(metrics).toEqual(TAKEN);
    },
  );

  test("is given up after three tries, and the relay publishes again", async () => {
    const { stored, token: claimToken } = claimedAlert();
    const table = { find: async () => ({ ...stored, claimToken }) };
    const { marks } = await markWith({}, { outbox: { mark: async () => false }, table });
    expect(marks).toHaveLength(3);
  });

  test("is given up after three answers that came meanwhile", async () => {
    const table = { find: async () => ({ ...claimedAlert().stored, claimToken: "t" }) };
    const { marks } = await markWith({}, { outbox: { mark: async () => false }, table });
    expect(marks).toHaveLength(3);
  });

  test("that fails leaves the alert published: the next claim marks it", async () => {
    const mark = async () => Promise.reject(serviceError("InternalServerError", 500));
    const { metrics } = await markWith({}, { outbox: { mark } });
    expect(metrics).toEqual({ ...TAKEN, RelayFailed: 1 });
  });

  test("gives an event in plain form its usual form back", async () => {
    const { calls } = await markWith({ isPlain: true });
    expect(calls.at(-1)).toEqual(["table.restore", securityEvent()]);
    expect((await markWith({})).calls.map(([name]) => name)).not.toContain("table.restore");
  });
});
