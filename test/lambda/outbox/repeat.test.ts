import { describe, expect, test } from "vitest";
import type { SecurityEvent } from "../../../lambda/event/security-event.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { prepareRepeat } from "../../../lambda/outbox/repeat.ts";
import { later, SENT_AT, securityEvent } from "../../support/notices.ts";
import {
  answerAt,
  NOW,
  type OutboxWorldOptions,
  outboxWorld,
  storedAlert,
} from "../../support/outbox-world.ts";

const LAPSE_AT = SENT_AT + 1000 + 48 * 60 * 60_000;
const PUBLISHED_AT = "2026-11-24T03:12:02.000Z";

const event = securityEvent();
const OFF = { event: "PIN_REQUEST_SUCCESS" } as const;
const REOPEN = answerAt(6, { answer: "reopen", origin: "terminal" });

function open(difference: Partial<StoredAlert> = {}): StoredAlert {
  return storedAlert({ alert: "open", publishedAt: PUBLISHED_AT, ...difference });
}

/** The number's event of this minute. */
function at(minutes: number, difference: Partial<StoredAlert> = {}): StoredAlert {
  const eventKey = `key of minute ${minutes}`;
  return storedAlert({ event: later(minutes, { eventKey }), alert: "none", ...difference });
}

interface Given extends OutboxWorldOptions {
  /** The alert that is due to repeat. */
  readonly repeated?: StoredAlert;
  /** What the number's index shows, where it is late. */
  readonly shown?: readonly StoredAlert[];
  readonly now?: number;
}

/** What a repeat says, or what became of its alert, beside these others of its number. */
async function repeatBeside(others: readonly StoredAlert[], given: Given = {}) {
  const { repeated = open(), shown, now = NOW, table, ...options } = given;
  const index = shown && { numberHistory: async () => shown };
  const world = outboxWorld({ ...options, table: { ...index, ...table } });
  await world.hold(...others);
  const [claimed] = await world.claim(repeated);
  if (!claimed) throw new Error("Nothing is claimed");
  world.clock.now = now;
  const said = await prepareRepeat(claimed, world.run);
  const lookUps = world.requests.filter((kind) => kind === "GetItem").length;
  const isHistoryRead = world.requests.includes("Query");
  const found = world.stored().at(-1);
  const keys = said?.story.map(({ eventKey }) => eventKey);
  return { said, keys, lookUps, isHistoryRead, closed: found?.supersededBy ?? found?.alert };
}

/** Of the watchdog's and of `protect`'s readings, which every repeat reads. */
const READINGS = 2;

describe("a repeat", () => {
  test("has what happened from 48 hours before the oldest open alert on, the oldest first", async () => {
    const first = -30 - 48 * 60;
    const others = [at(3), at(-30, { alert: "lapsed" }), at(first), at(first - 1)];
    const { keys, lookUps } = await repeatBeside(others);
    const minutes = [first, -30, 3].map((minute) => `key of minute ${minute}`);
    expect(keys).toEqual([...minutes.slice(0, 2), event.eventKey, ...minutes.slice(2)]);
    expect(lookUps, "what does not repeat is not looked up").toBe(READINGS);
  });

  test("has the last requester and the state of its number, as all accounts know it", async () => {
    const answers = [answerAt(4)];
    const off = later(3, { ...OFF, eventKey: "off", wabaId: "another" });
    const table = {
      readings: async (wabaId: string) => [
        { displayPhoneNumber: "+1 555-078-3881", isPinEnabled: wabaId !== "another", at: NOW },
        { displayPhoneNumber: "4912345", isPinEnabled: true, at: NOW },
      ],
    };
    const { said } = await repeatBeside([storedAlert({ event: off, alert: "lapsed", answers })], {
      table,
    });
    expect(said).toMatchObject({
      handling: answers[0],
      requester: event.requester,
      number: { sentence: "Two-step verification is off, says Meta." },
      isLast: false,
    });
  });

  test.each([
    ["the alert that repeats", [answerAt(4)], [], { handling: answerAt(4) }],
    ["what was reopened since", [answerAt(4), REOPEN], [], { reopenedAt: Date.parse(REOPEN.at) }],
    ["a milder one", [], [answerAt(4)], {}],
  ])("says who is handling it by the answers to %s", async (_, answers, milder, expected) => {
    const repeated = open({ event: securityEvent({ ...OFF, eventKey: "off" }), answers });
    const { said } = await repeatBeside([open({ answers: milder })], { repeated });
    const { handling, reopenedAt } = said ?? {};
    expect({ handling, reopenedAt }).toEqual(expected);
  });

  const { displayPhoneNumber: _, ...unnumbered } = event;
  test.each<[string, SecurityEvent, SecurityEvent]>([
    ["says nothing of a test", event, later(1, { test: true, eventKey: "k" })],
    [
      "of an event without a number is about that alone",
      unnumbered,
      { ...unnumbered, wabaId: "2" },
    ],
  ])("%s", async (_, own, other) => {
    const repeated = open({ event: own });
    const { keys, lookUps, isHistoryRead } = await repeatBeside([open({ event: other })], {
      repeated,
    });
    expect(keys).toEqual([event.eventKey]);
    const isNumbered = own.displayPhoneNumber !== undefined;
    expect({ lookUps, isHistoryRead }).toEqual({
      lookUps: isNumbered ? READINGS : READINGS - 1,
      isHistoryRead: isNumbered,
    });
  });

  test.each([
    [LAPSE_AT - 1, false],
    [LAPSE_AT, true],
  ])("is the last one when the two days are over: at %d %s", async (now, isLast) => {
    expect((await repeatBeside([], { now })).said?.isLast).toBe(isLast);
  });

  test("is not said where repeats were turned off since: the alert lapses", async () => {
    const { said, closed } = await repeatBeside([], { config: { repeatAfterMinutes: [] } });
    expect([said, closed]).toEqual([undefined, "lapsed"]);
  });
});

describe("of a number's open alerts one repeats: another one", () => {
  const off = open({ event: securityEvent(OFF) });
  const key = event.eventKey;

  test.each<[string, Partial<SecurityEvent>, StoredAlert, boolean]>([
    ["that is newer", later(1, { eventKey: "k" }), open(), true],
    ["that is older", later(-1, { eventKey: "k" }), open(), false],
    ["that is worse, though older", later(-5, { ...OFF, eventKey: "k" }), open(), true],
    ["that is newer, but a mere request", later(1, { eventKey: "k" }), off, false],
    ["of a PIN that was set", { event: "PIN_CHANGED", eventKey: "z" }, open(), false],
    ["of the same second with the greater key", { eventKey: `${key}0` }, open(), true],
    ["of the same second with the smaller key", { eventKey: key.slice(0, -1) }, open(), false],
    ["of the same key with the greater account", { wabaId: "2" }, open(), true],
    ["of the same key with the smaller account", { wabaId: "0" }, open(), false],
  ])("%s: %#", async (_, difference, repeated, repeatsInstead) => {
    const other = open({ event: securityEvent(difference) });
    const { said, closed } = await repeatBeside([other], { repeated });
    expect(said === undefined).toBe(repeatsInstead);
    expect(closed).toBe(repeatsInstead ? other.event.eventKey : "open");
  });

  test("that the table shows open, though its index does not yet", async () => {
    const newer = at(1, { alert: "open" });
    const { closed } = await repeatBeside([newer], { shown: [{ ...newer, alert: "pending" }] });
    expect(closed).toBe("key of minute 1");
  });

  test.each(["link", "dashboard"] as const)(
    "that was ended by %s after this one was published: it was meant too",
    async (origin) => {
      const answers = [answerAt(-5), answerAt(5, { answer: "planned", origin })];
      const { closed } = await repeatBeside([at(1, { alert: "acknowledged", answers })]);
      expect(closed).toBe("key of minute 1");
    },
  );

  test("that is the worst and newest: nothing else is looked up", async () => {
    const others = [8, 9].map((minutes) => at(minutes, { alert: "open" }));
    const { closed, lookUps } = await repeatBeside(others);
    expect(closed).toBe("key of minute 9");
    expect(lookUps).toBe(READINGS + 1);
  });
});

describe("an open alert is repeated beside a newer one", () => {
  const LATE = "2026-11-24T03:30:00.000Z";
  const ended = (...ends: { at: string; origin?: "terminal" }[]) => {
    const answers = ends.map((end) => answerAt(0, { answer: "planned", ...end }));
    return at(1, { alert: "acknowledged", answers });
  };

  test.each<[string, StoredAlert | undefined]>([
    ["that was answered before", ended({ at: event.receivedAt })],
    ["that was ended in the instant in which this one was published", ended({ at: PUBLISHED_AT })],
    ["that somebody answered again", ended({ at: event.receivedAt }, { at: LATE })],
    ["that was ended by a clock that may be wrong", ended({ at: LATE, origin: "terminal" })],
    ["that is not published yet", at(1, { alert: "pending" })],
    ["that was answered before it is published", { ...ended({ at: LATE }), alert: "pending" }],
    ["that another one has superseded", at(1, { alert: "superseded", answers: [answerAt(5)] })],
    ["that the table does not have", undefined],
  ])("%s", async (_, inTable) => {
    const shown = [at(1, { alert: "open" })];
    const { keys, closed } = await repeatBeside(inTable ? [inTable] : [], { shown });
    expect(keys).toEqual([event.eventKey, "key of minute 1"]);
    expect(closed).toBe("open");
  });

  test("beyond the five that are looked up", async () => {
    const others = [4, 5, 6, 7, 8, 9].map((minutes) => at(minutes, { alert: "pending" }));
    const { keys, lookUps } = await repeatBeside(others);
    expect(keys).toHaveLength(7);
    expect(lookUps).toBe(READINGS + 5);
  });
});
