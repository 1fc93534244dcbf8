import { describe, expect, test } from "vitest";
import type { SecurityEvent } from "../../../lambda/event/security-event.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { prepareRepeat } from "../../../lambda/outbox/repeat.ts";
import { later, SENT_AT, securityEvent } from "../../support/notices.ts";
import {
  answerAt,
  claimedAlert,
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
  const world = outboxWorld({ table, ...options });
  const since = await prepareRepeat(repeated, world.deps);
  return { since, calls: world.calls };
}

const HISTORY_CALL = ["table.numberHistory", "15550783881", 20];

function stored(minutes: number, difference: Partial<StoredAlert> = {}, key?: string): StoredAlert {
  const eventKey = key ?? `key of minute ${minutes}`;
  return storedAlert({ event: later(minutes, { eventKey }), alert: "none", ...difference });
}

describe("a repeat", () => {
  test("tells what happened to the number since, oldest first", async () => {
    const history = [stored(3), stored(1), storedAlert({ alert: "open" }), stored(-1)];
    const { since, calls } = await repeatWith(history);
    expect(since).toEqual([event, later(1, { eventKey: "key of minute 1" }), history[0]?.event]);
    expect(calls, "what alerts nobody is not looked up").toEqual([HISTORY_CALL]);
  });

  test("tells no test", async () => {
    const test = storedAlert({ event: later(1, { test: true }), alert: "open" });
    const { since, calls } = await repeatWith([test]);
    expect(since).toEqual([event]);
    expect(calls).toEqual([HISTORY_CALL]);
  });

  test("of an event without a number tells that event alone", async () => {
    const { displayPhoneNumber: _, ...unnumbered } = event;
    const open = claimedAlert({ alert: "open", event: unnumbered });
    const { since, calls } = await repeatWith([stored(1)], [], {}, open);
    expect(since).toEqual([unnumbered]);
    expect(calls).toEqual([]);
  });
});

describe("of events of one second the newest", () => {
  const sameSecond = (difference: Partial<SecurityEvent>) => {
    return storedAlert({ alert: "none", event: securityEvent(difference) });
  };

  test.each([
    ["has the greater key", { eventKey: `${event.eventKey}0` }, true],
    ["has not the smaller key", { eventKey: event.eventKey.slice(0, -1) }, false],
    ["has the greater account, where the keys are equal", { wabaId: "2" }, true],
    ["has not the smaller account, where the keys are equal", { wabaId: "0" }, false],
    ["is not the event itself", {}, false],
  ])("%s", async (_, difference, isNewer) => {
    const other = sameSecond(difference);
    const { since } = await repeatWith([other]);
    expect(since).toEqual(isNewer ? [event, other.event] : [event]);
  });

  test("comes last in what is told", async () => {
    const [b, c] = ["b", "c"].map((letter) => sameSecond({ eventKey: `1#${letter}` }));
    const { since } = await repeatWith([c, b].map((each) => each ?? storedAlert()));
    expect(since).toEqual([event, b?.event, c?.event]);
  });
});

describe("an open alert is closed, not repeated,", () => {
  test.each([
    [LAPSE_AT - 1, false],
    [LAPSE_AT, true],
    [LAPSE_AT + 1, true],
  ])("when its two days are over: at %d %s", async (now, isOver) => {
    const { since, calls } = await repeatWith([], [], { now: () => now });
    expect(since).toEqual(isOver ? undefined : [event]);
    expect(calls).toEqual(isOver ? [["outbox.close", claimed, "lapsed"]] : [HISTORY_CALL]);
  });

  test("when repeats were turned off since", async () => {
    const { since, calls } = await repeatWith([], [], { config: { repeatAfterMinutes: [] } });
    expect(since).toBeUndefined();
    expect(calls).toEqual([["outbox.close", claimed, "lapsed"]]);
  });

  test("when a newer alert of its number is open in the table", async () => {
    const newer = stored(1, { alert: "pending" });
    const { since, calls } = await repeatWith([newer], [{ ...newer, alert: "open" }]);
    expect(since).toBeUndefined();
    expect(calls).toEqual([
      HISTORY_CALL,
      ["table.find", newer.event],
      ["outbox.close", claimed, { supersededBy: "key of minute 1" }],
    ]);
  });

  test("when a newer alert was answered after this one was told", async () => {
    const answers = [answerAt(-5), answerAt(5)];
    const newer = stored(1, { alert: "acknowledged", answers });
    const { calls } = await repeatWith([newer], [newer]);
    expect(calls.at(-1)).toEqual(["outbox.close", claimed, { supersededBy: "key of minute 1" }]);
  });

  test("when a newer one was answered, and nobody knows when this one was told", async () => {
    const newer = stored(1, { alert: "acknowledged", answers: [answerAt(-5)] });
    const { calls } = await repeatWith([newer], [newer], {}, claimedAlert({ alert: "open" }));
    expect(calls.at(-1)?.[0]).toBe("outbox.close");
  });
});

describe("an open alert is repeated beside a newer one", () => {
  const until = (at: string) => [{ ...answerAt(0), at }];

  test.each<[string, StoredAlert | undefined]>([
    ["that was answered before this one was told", { ...stored(1), alert: "acknowledged" }],
    [
      "whose last answer came in the instant in which this one was told",
      stored(1, { alert: "acknowledged", answers: until(PUBLISHED_AT) }),
    ],
    ["that is not told yet", stored(1, { alert: "pending" })],
    ["that another one has superseded", stored(1, { alert: "superseded", answers: [answerAt(5)] })],
    ["that lapsed", stored(1, { alert: "lapsed" })],
    ["that the table does not have", undefined],
  ])("%s", async (_, inTable) => {
    const newer = stored(1, { alert: "open" });
    const { since, calls } = await repeatWith([newer], [inTable]);
    expect(since).toEqual([event, newer.event]);
    expect(calls).toEqual([HISTORY_CALL, ["table.find", newer.event]]);
  });

  test.each(["none", "published"] as const)("that is %s: it is not looked up", async (alert) => {
    const { since, calls } = await repeatWith([stored(1, { alert })]);
    expect(since).toHaveLength(2);
    expect(calls).toEqual([HISTORY_CALL]);
  });

  test("beyond the five that are looked up, from the newest on", async () => {
    const history = [9, 8, 7, 6, 5, 4].map((minutes) => stored(minutes, { alert: "pending" }));
    const { since, calls } = await repeatWith(history, history);
    expect(since).toHaveLength(7);
    const lookedUp = history.slice(0, 5).map(({ event: one }) => ["table.find", one]);
    expect(calls).toEqual([HISTORY_CALL, ...lookedUp]);
  });

  test("looks no further than the first that repeats in its place", async () => {
    const history = [9, 8].map((minutes) => stored(minutes, { alert: "open" }));
    const { calls } = await repeatWith(history, history);
    const lookUps = calls.filter(([name]) => name === "table.find");
    expect(lookUps).toEqual([["table.find", history[0]?.event]]);
  });
});
