import { describe, expect, test } from "vitest";
import type { SecurityEvent } from "../../../lambda/event/security-event.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { prepareRepeat } from "../../../lambda/outbox/repeat.ts";
import { later, SENT_AT, securityEvent } from "../../support/notices.ts";
import {
  answerAt,
  claimedAlert,
  NOW,
  type OutboxWorldOptions,
  outboxWorld,
  storedAlert,
} from "../../support/outbox-world.ts";

const DAY = 24 * 60 * 60_000;
const LAPSE_AT = SENT_AT + 1000 + 2 * DAY;

const event = securityEvent();
const PUBLISHED_AT = "2026-11-24T03:12:02.000Z";
const claimed = claimedAlert({ alert: "open", publishedAt: PUBLISHED_AT });

/** What becomes of the repeat where the index shows this history and the table says this of it. */
async function repeatWith(
  history: readonly StoredAlert[],
  inTable: readonly (StoredAlert | undefined)[] = [],
  options: OutboxWorldOptions = {},
  repeated = claimed,
) {
  const left = [...inTable];
  const table = { numberHistory: async () => history, find: async () => left.shift() };
  const world = outboxWorld({ table: { ...table, ...options.table }, ...options });
  const said = await prepareRepeat(repeated, world.run);
  const calls = world.calls.filter(([name]) => !/[rR]eadings$/.test(`${name}`));
  return { said, story: said?.story, calls };
}

const HISTORY_CALL = ["table.numberHistory", "15550783881"];

function stored(minutes: number, difference: Partial<StoredAlert> = {}, key?: string): StoredAlert {
  const eventKey = key ?? `key of minute ${minutes}`;
  return storedAlert({ event: later(minutes, { eventKey }), alert: "none", ...difference });
}

const REOPEN = answerAt(6, { answer: "reopen", origin: "terminal" });
const OFF = { event: "PIN_REQUEST_SUCCESS" } as const;

describe("a repeat", () => {
  test("has what happened from 48 hours before the oldest open alert on, the oldest first", async () => {
    const before = 48 * 60;
    const older = stored(-30, { alert: "lapsed" });
    const history = [
      stored(3),
      older,
      storedAlert({ alert: "open" }),
      stored(-30 - before),
      stored(-31 - before),
    ];
    const { story, calls } = await repeatWith(history);
    expect(story?.map(({ eventKey }) => eventKey)).toEqual([
      `key of minute ${-30 - before}`,
      "key of minute -30",
      event.eventKey,
      "key of minute 3",
    ]);
    expect(calls, "what does not repeat is not looked up").toEqual([HISTORY_CALL]);
  });

  test("has the last requester and the state of its number", async () => {
    const answers = [answerAt(4)];
    const off = storedAlert({
      event: later(3, { ...OFF, eventKey: "off" }),
      alert: "lapsed",
      answers,
    });
    const readings = async () => [
      { displayPhoneNumber: "+1 555-078-3881", isPinEnabled: false, at: NOW },
      { displayPhoneNumber: "4912345", isPinEnabled: true, at: NOW },
    ];
    const { said } = await repeatWith([off], [], {
      table: { numberHistory: async () => [off], readings },
    });
    expect(said).toMatchObject({
      handling: answers[0],
      requester: event.requester,
      number: { sentence: "Two-step verification is off, says Meta." },
      isLast: false,
    });
  });

  test.each([
    ["the alert that repeats", [answerAt(4)], {}, { handling: answerAt(4) }],
    [
      "what was opened again since",
      [answerAt(4), REOPEN],
      {},
      { reopenedAt: Date.parse(REOPEN.at) },
    ],
    ["a milder one", [], { answers: [answerAt(4)] }, {}],
  ])("says who is handling it by the answers to %s", async (_, answers, milder, expected) => {
    const off = securityEvent({ ...OFF, eventKey: "off" });
    const open = claimedAlert({ alert: "open", event: off, answers });
    const { said } = await repeatWith([storedAlert(milder)], [], {}, open);
    const { handling, reopenedAt } = said ?? {};
    expect({ handling, reopenedAt }).toEqual(expected);
  });

  test("tells no test", async () => {
    const test = storedAlert({ event: later(1, { test: true }), alert: "open" });
    expect((await repeatWith([test])).story).toEqual([event]);
  });

  test("of an event without a number tells that event alone", async () => {
    const { displayPhoneNumber: _, ...unnumbered } = event;
    const open = claimedAlert({ alert: "open", event: unnumbered });
    const { story, calls } = await repeatWith([stored(1)], [], {}, open);
    expect(story).toEqual([unnumbered]);
    expect(calls).toEqual([]);
  });

  test.each([
    [LAPSE_AT - 1, false],
    [LAPSE_AT, true],
    [LAPSE_AT + 1, true],
  ])("is the last one when the two days are over: at %d %s", async (now, isLast) => {
    const { said, calls } = await repeatWith([], [], { now: () => now });
    expect(said?.isLast).toBe(isLast);
    expect(calls).toEqual([HISTORY_CALL]);
  });
});

describe("of a number's open alerts one repeats: another one", () => {
  const off = claimedAlert({ alert: "open", event: securityEvent(OFF), publishedAt: PUBLISHED_AT });
  const key = event.eventKey;

  test.each<[string, Partial<SecurityEvent>, typeof claimed, boolean]>([
    ["that is newer", later(1, { eventKey: "k" }), claimed, true],
    ["that is older", later(-1, { eventKey: "k" }), claimed, false],
    ["that is worse, though older", later(-5, { ...OFF, eventKey: "k" }), claimed, true],
    ["that is newer, but a mere request", later(1, { eventKey: "k" }), off, false],
    ["of a PIN that was set", { event: "PIN_CHANGED", eventKey: "z" }, claimed, false],
    ["of the same second with the greater key", { eventKey: `${key}0` }, claimed, true],
    ["of the same second with the smaller key", { eventKey: key.slice(0, -1) }, claimed, false],
    ["of the same key with the greater account", { wabaId: "2" }, claimed, true],
    ["of the same key with the smaller account", { wabaId: "0" }, claimed, false],
    ["that is this one, as the index shows it", {}, claimed, false],
  ])("%s: %#", async (_, difference, repeated, repeatsInstead) => {
    const other = storedAlert({ alert: "open", event: securityEvent(difference) });
    const { said, calls } = await repeatWith([other], [other], {}, repeated);
    expect(said === undefined).toBe(repeatsInstead);
    const closing = ["outbox.close", repeated, { supersededBy: other.event.eventKey }];
    expect(calls.at(-1)).toEqual(repeatsInstead ? closing : HISTORY_CALL);
  });

  test("of several the worst, in whatever order the index has them", async () => {
    const worst = stored(2, { alert: "open" });
    const { calls } = await repeatWith([stored(1, { alert: "open" }), worst], [worst]);
    expect(calls.at(-1)).toEqual(["outbox.close", claimed, { supersededBy: "key of minute 2" }]);
  });

  test("that the table shows open, though its index does not yet", async () => {
    const newer = stored(1, { alert: "pending" });
    const { said, calls } = await repeatWith([newer], [{ ...newer, alert: "open" }]);
    expect(said).toBeUndefined();
    expect(calls).toEqual([
      HISTORY_CALL,
      ["table.find", newer.event],
      ["outbox.close", claimed, { supersededBy: "key of minute 1" }],
    ]);
  });

  test.each(["link", "dashboard"] as const)(
    "that was ended by %s after this one was published: it was meant too",
    async (origin) => {
      const answers = [answerAt(-5), answerAt(5, { answer: "planned", origin })];
      const newer = stored(1, { alert: "acknowledged", answers });
      const { calls } = await repeatWith([newer], [newer]);
      expect(calls.at(-1)).toEqual(["outbox.close", claimed, { supersededBy: "key of minute 1" }]);
    },
  );
});

describe("an open alert is repeated beside a newer one", () => {
  const LATE = "2026-11-24T03:30:00.000Z";
  const ended = (at: string, difference = {}) => {
    const answer = { ...answerAt(0, { answer: "planned", ...difference }), at };
    return stored(1, { alert: "acknowledged", answers: [answer] });
  };
  const again = ended(event.receivedAt);

  test.each<[string, StoredAlert | undefined]>([
    ["that was answered before", ended(event.receivedAt)],
    ["that was ended in the instant in which this one was published", ended(PUBLISHED_AT)],
    [
      "that somebody answered again",
      { ...again, answers: [...again.answers, ...ended(LATE).answers] },
    ],
    ["that was ended by a clock that may be wrong", ended(LATE, { origin: "terminal" })],
    ["that is not published yet", stored(1, { alert: "pending" })],
    ["that another one has superseded", stored(1, { alert: "superseded", answers: [answerAt(5)] })],
    ["that lapsed", stored(1, { alert: "lapsed" })],
    ["that the table does not have", undefined],
  ])("%s", async (_, inTable) => {
    const newer = stored(1, { alert: "open" });
    const { story, calls } = await repeatWith([newer], [inTable]);
    expect(story).toEqual([event, newer.event]);
    expect(calls).toEqual([HISTORY_CALL, ["table.find", newer.event]]);
  });

  test("beyond the five that are looked up, from the worst and newest on", async () => {
    const history = [9, 8, 7, 6, 5, 4].map((minutes) => stored(minutes, { alert: "pending" }));
    const { story, calls } = await repeatWith(history.toReversed(), history);
    expect(story).toHaveLength(7);
    const lookedUp = history.slice(0, 5).map(({ event: one }) => ["table.find", one]);
    expect(calls).toEqual([HISTORY_CALL, ...lookedUp]);
  });

  test("looks no further than the first that repeats in its place", async () => {
    const history = [9, 8].map((minutes) => stored(minutes, { alert: "open" }));
    const { calls } = await repeatWith(history.toReversed(), history);
    const lookUps = calls.filter(([name]) => name === "table.find");
    expect(lookUps).toEqual([["table.find", history[0]?.event]]);
  });
});

test("an open alert is closed when repeats were turned off since", async () => {
  const { said, calls } = await repeatWith([], [], { config: { repeatAfterMinutes: [] } });
  expect(said).toBeUndefined();
  expect(calls).toEqual([["outbox.close", claimed, "lapsed"]]);
});
