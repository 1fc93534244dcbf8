import { describe, expect, test } from "vitest";
import { ANSWER_KINDS, type Answer, OFFERED_ANSWERS } from "../../../lambda/event/answer.ts";
import type { AlertState, StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { findAnswerable } from "../../../lambda/numbers/find-answerable.ts";
import type { PinState } from "../../../lambda/numbers/known.ts";
import { toDigits, toNumberStates } from "../../../lambda/numbers/number-state.ts";
import { type HistoryDifference, historyEvent } from "../../support/facts.ts";
import { ANSWER } from "../../support/notices.ts";

const NUMBER = "15550783881";
const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 10, 1);

const EVENTS = {
  requested: "PIN_RESET_REQUEST",
  off: "PIN_REQUEST_SUCCESS",
  set: "PIN_CHANGED",
  odd: "PIN_ODD",
} as const;
type EventWord = keyof typeof EVENTS;

/** An event of so many hours after the start; its alert was ended unless a test says otherwise. */
function event(name: EventWord, hour: number, difference: HistoryDifference = {}): StoredAlert {
  const receivedAt = START + hour * HOUR_MS;
  return historyEvent({ event: EVENTS[name], receivedAt, alert: "acknowledged", ...difference });
}

function pin(isPinEnabled: boolean, hour: number, displayPhoneNumber = NUMBER): PinState {
  return { displayPhoneNumber, isPinEnabled, at: START + hour * HOUR_MS };
}

/** `planned 2`: Ann's answer at hour 2, with AWS credentials; `planned 2 by link`: without. */
function toAnswer(text: string): Answer {
  const [, answer, hour, origin = "terminal"] = /^(\S+) (\S+)(?: by (\w+))?$/.exec(text) ?? [];
  const kind = ANSWER_KINDS.find((each) => each === answer);
  if (!kind) throw new Error(`"${text}" is no answer`);
  const at = new Date(START + Number(hour) * HOUR_MS).toISOString();
  const from = origin === "protect" ? "protect" : ANSWER.from;
  return { ...ANSWER, name: "Ann", answer: kind, at, from, origin: origin as "link" };
}

/**
 * What has happened to the number, such as `off 1 open (handling 2), set 3; Meta: on 4`: events with
 * their hour, the state of their alert and its answers, then what Meta said when it was asked.
 * `off 3@1` was received at hour 1.
 */
function parse(text: string): [StoredAlert[], PinState[]] {
  const [events = "", said] = text.split("; Meta: ");
  const alerts = events
    .split(", ")
    .filter(Boolean)
    .map((each) => {
      const [, name, hour, alert, given] =
        /^(\w+) (\S+)(?: ([a-z]+))?(?: \((.*)\))?$/.exec(each) ?? [];
      const answers = given?.split(" | ").map(toAnswer) ?? [];
      const more = { ...(alert && { alert: alert as AlertState }), answers };
      const [sent, received = sent] = hour?.split("@").map(Number) ?? [];
      const time = (START + Number(sent) * HOUR_MS) / 1000;
      return event(name as EventWord, Number(received), { time: Math.floor(time), ...more });
    });
  const [state, hour] = said?.split(" ") ?? [];
  return [alerts, said ? [pin(state === "on", Number(hour))] : []];
}

/** State, hour since when, who says so, and what a link claims of the one number. */
function stateOf(text: string): string {
  const [found, ...others] = toNumberStates(...parse(text));
  expect(others).toEqual([]);
  const { state, since, says, claim } = found ?? {};
  const hour = since === undefined ? "" : ` since ${(since - START) / HOUR_MS}`;
  return `${state}${hour}${says ? `, says ${says}` : ""}${claim ? `, claimed ${claim.answer}` : ""}`;
}

describe("a number", () => {
  test.each([
    ["requested 1", "reset requested since 1"],
    ["off 1", "UNPROTECTED since 1"],
    ["set 1", "protected since 1"],
    ["odd 1", "unknown"],
    ["set 1, requested 2", "reset requested since 2"],
    ["off 1, requested 2", "UNPROTECTED since 1"],
    ["off 1, set 2", "protected since 2"],
    ["set 1, odd 2", "protected since 1"],
    ["off 1, off 2", "UNPROTECTED since 1"],
    ["requested 1, requested 2", "reset requested since 1"],
    ["set 2, off 1", "protected since 2"],
    // Of one second the worse counts, in whatever order they are read.
    ["off 1, set 1", "UNPROTECTED since 1"],
    ["set 1, off 1", "UNPROTECTED since 1"],
    ["off 1, requested 1", "UNPROTECTED since 1"],
    ["requested 1, off 1", "UNPROTECTED since 1"],
    ["requested 1 open, set 1", "reset requested since 1"],
    ["set 1, requested 1", "reset requested since 1"],
  ])("of which its events say %s is %s", (history, state) => {
    expect(stateOf(history)).toBe(state);
  });

  test.each([
    ["requested 1 open, set 2", "disputed since 2"],
    ["off 1 pending, set 2", "disputed since 2"],
    ["off 1 lapsed, set 49", "disputed since 49"],
    ["off 1 lapsed, set 2, set 99", "disputed since 2"],
    ["off 1 lapsed, set 2, requested 3", "disputed since 2"],
    ["off 1 open (handling 1), set 2", "disputed since 2"],
    // By a link it is a claim that the alert is over: somebody with AWS credentials knows.
    ["off 1 (planned 1 by link), set 2", "protected since 2"],
    ["off 1, set 2 (pin-set 3 by link)", "protected since 2"],
    ["requested 1 (planned 4 by link), off 2, set 3", "disputed since 3"],
    ["off 1 lapsed (moved 1 by link), set 2", "protected since 2"],
    ["off 1 (planned 1 by link), set 50", "protected since 50"],
    ["off 1 (planned 1 by link | planned 3), set 2", "protected since 2"],
    ["off 1 (planned 1 | pin-set 3 by link), set 2", "protected since 2"],
    ["off 1 (pin-set 3 by protect), set 2", "protected since 3, says Ann"],
    ["off 1 open (planned 1 | reopen 1), set 2", "disputed since 2"],
    ["off 1 superseded, set 2", "protected since 2"],
    ["off 1 superseded (planned 3 by link), set 2", "protected since 2"],
    ["off 1 (planned 2 by link), set 2", "protected since 2"],
    ["set 1, requested 2 open", "reset requested since 2"],
    ["set 1 open, set 2", "protected since 1"],
    ["odd 1 open, set 2", "protected since 2"],
    ["off 1 lapsed, set 50", "protected since 50"],
    // Meta does not say whose PIN it is; somebody with AWS credentials does.
    ["off 1 open, set 2; Meta: on 3", "disputed since 2"],
    ["off 1 open, set 2; Meta: off 3", "UNPROTECTED since 3, says Meta"],
    ["off 1 open, set 2 (pin-set 3)", "protected since 3, says Ann"],
  ])("whose PIN was set after an alert, %s, is %s", (history, state) => {
    expect(stateOf(history)).toBe(state);
  });

  test.each([
    ["off 1 (pin-set 2)", "protected since 2, says Ann"],
    ["off 1 (moved 2)", "moved since 2, says Ann"],
    ["off 1 (planned 2)", "UNPROTECTED since 1"],
    ["off 1 (handling 2)", "UNPROTECTED since 1"],
    ["off 1 (pin-set 2), off 3", "UNPROTECTED since 3"],
    ["off 1 (pin-set 1.0002)", "protected since 1.0002, says Ann"],
    // It counts as before what came later in the same second.
    ["off 1 (pin-set 2), off 2.0001", "UNPROTECTED since 2"],
    ["off 1 (pin-set 2.0001), off 2@2.0002", "UNPROTECTED since 2"],
    ["off 1 (pin-set 2 | reopen 3)", "UNPROTECTED since 1"],
    ["off 1 (pin-set 2 | reopen 3 | moved 4)", "moved since 4, says Ann"],
    // A PIN that was set by Meta's API can't be taken back.
    ["off 1 (pin-set 2 by protect | reopen 3)", "protected since 2, says Ann"],
  ])("with confirmed answers, %s, is %s", (history, state) => {
    expect(stateOf(history)).toBe(state);
  });

  test.each([
    ["off 1 (pin-set 2 by link)", "UNPROTECTED since 1, claimed pin-set"],
    ["off 1 (moved 2 by link)", "UNPROTECTED since 1, claimed moved"],
    ["off 1 (pin-set 2 by link), set 3", "protected since 3"],
    ["off 1 (pin-set 3 by link), set 2", "disputed since 2, claimed pin-set"],
    ["off 1 (pin-set 2 by link); Meta: on 3", "protected since 3, says Meta"],
    ["off 1 (pin-set 2 by link | pin-set 3)", "protected since 3, says Ann"],
    ["off 1 (pin-set 2 by link); Meta: off 3", "UNPROTECTED since 1, says Meta"],
    ["off 1 (pin-set 2 by link), off 3", "UNPROTECTED since 1"],
    // It says what is known.
    ["set 1 (pin-set 3 by link)", "protected since 1"],
  ])("with claims by link, %s, is %s", (history, state) => {
    expect(stateOf(history)).toBe(state);
  });

  test.each([
    ["; Meta: on 2", "protected since 2, says Meta"],
    ["; Meta: off 2", "UNPROTECTED since 2, says Meta"],
    ["off 1; Meta: on 2", "protected since 2, says Meta"],
    ["off 1; Meta: off 2", "UNPROTECTED since 1, says Meta"],
    ["set 1; Meta: on 2", "protected since 1, says Meta"],
    ["set 1; Meta: off 2", "UNPROTECTED since 2, says Meta"],
    ["requested 1; Meta: on 2", "reset requested since 1, says Meta"],
    ["requested 1; Meta: off 2", "UNPROTECTED since 2, says Meta"],
    ["set 3; Meta: off 2", "protected since 3"],
    ["off 2; Meta: on 2", "protected since 2, says Meta"],
    ["off 2@2.0001; Meta: on 2", "UNPROTECTED since 2"],
    ["off 1 (pin-set 2.0001); Meta: off 2", "UNPROTECTED since 2, says Meta"],
    ["off 1, set 2@6; Meta: off 5", "UNPROTECTED since 5, says Meta"],
    ["set 2; Meta: on 2", "protected since 2, says Meta"],
  ])("that Meta was asked about, %s, is %s", (history, state) => {
    expect(stateOf(history)).toBe(state);
  });

  test.each([
    ["off 3@1 (pin-set 2 by protect)", "protected since 2, says Ann"],
    ["off 3@1, set 1 (moved 2)", "moved since 2, says Ann"],
    ["off 3@1 (pin-set 2 by link)", "UNPROTECTED since 3, claimed pin-set"],
    ["off 3@1; Meta: on 2", "protected since 2, says Meta"],
    ["off 3@1 (pin-set 2.5); Meta: off 2", "protected since 2.5, says Ann"],
    ["off 3@1 (pin-set 2); Meta: off 2.5", "UNPROTECTED since 2.5, says Meta"],
    ["off 3@1 (pin-set 2), off 4", "UNPROTECTED since 4"],
    ["off 3@1, off 2@1 (pin-set 2)", "protected since 2, says Ann"],
    // What comes later was not meant, though its time is before the other's.
    ["off 3@1 (pin-set 1.5), off 2", "UNPROTECTED since 2"],
    ["off 3@1 (pin-set 1.5), off 2 (pin-set 2.5)", "protected since 2.5, says Ann"],
    ["set 1 (pin-set 2), off 4@3", "UNPROTECTED since 4"],
    ["off 3@1, set 2", "UNPROTECTED since 3"],
    ["off 3@1 (pin-set 1.5), requested 2", "protected since 1.5, says Ann"],
    ["off 4@1 (pin-set 2), requested 2@3", "protected since 2, says Ann"],
    ["odd 3@1, off 1 (pin-set 2)", "protected since 2, says Ann"],
  ])("of which an event is sent by a clock that is ahead, %s, is %s", (history, state) => {
    expect(stateOf(history)).toBe(state);
  });

  test("says of a claim what is claimed, and of what is known nothing more", () => {
    const sentenceOf = (text: string) => toNumberStates(...parse(text))[0]?.sentence;
    const texts = [
      "off 1 (pin-set 2 by link)",
      "off 1 (moved 2 by link)",
      "set 1 (pin-set 3 by link)",
      "off 1 (moved 2)",
      "off 1 open, set 2",
      "requested 1",
      "requested 1; Meta: on 2",
      "odd 1",
    ];
    expect(texts.map(sentenceOf)).toMatchSnapshot();
  });

  test("goes by an event's receipt where Meta cannot mean its time", () => {
    for (const time of [1_795_489_920_000_000, Number.NaN, 1, (START + 49 * HOUR_MS) / 1000]) {
      const stateOf = (...events: StoredAlert[]) => toNumberStates(events)[0]?.state;
      expect(stateOf(event("set", 2), event("off", 1, { time }))).toBe("protected");
      expect(stateOf(event("off", 2, { time }), event("set", 1))).toBe("UNPROTECTED");
    }
  });

  test("is settled never before the event, whatever the clock of the person's computer says", () => {
    for (const at of ["yesterday", "2020-01-01T00:00:00.000Z"]) {
      const answers = [{ ...toAnswer("pin-set 2"), at }];
      const off = event("off", 1, { time: (START + 0.5 * HOUR_MS) / 1000, answers });
      expect(toNumberStates([off])).toMatchObject([{ state: "protected", since: START + HOUR_MS }]);
    }
  });

  test("whose PIN was set on the page by `protect` says so, as nobody's name is sure", () => {
    const answers = [{ ...toAnswer("pin-set 2 by protect"), from: "203.0.113.7" }];
    expect(toNumberStates([event("off", 1, { answers })])).toMatchObject([{ says: "protect" }]);
  });

  test("is none where it had nothing but tests, which are no events", () => {
    const tested = event("off", 2);
    const test = { ...tested, event: { ...tested.event, test: true } };
    expect(toNumberStates([test])).toEqual([]);
    expect(toNumberStates([test, event("set", 1)])).toMatchObject([{ state: "protected" }]);
  });

  test.each([
    ["off 1 open", "answers"],
    ["off 1 (planned 2)", "answers reopen 2"],
    ["requested 1 (planned 2)", "reopen 2"],
    ["requested 1 (planned 3 by link), set 2", "answers reopen 3"],
    ["requested 1 (pin-set 2 by link)", "answers reopen 2"],
    ["off 1 none", ""],
    ["set 1 (planned 2)", ""],
    ["requested 1 published (planned 2)", ""],
    ["requested 1 lapsed (planned 2)", "reopen 2"],
    // The worst of the last 48 hours before the newest that was ended, an open one first.
    ["off 1 (planned 2), requested 3 (moved 4)", "reopen 2"],
    ["off 1 (planned 2), requested 49 (moved 50)", "reopen 2"],
    ["off 1 (planned 2), requested 49.1 (moved 50)", "reopen 50"],
    ["off 1 (planned 2), requested 3 open (moved 4)", "reopen 4"],
  ])("of which %s offers %s", (history, offered) => {
    const [number] = toNumberStates(...parse(history));
    const hour = number?.ended && (number.ended.at - START) / HOUR_MS;
    const [kinds, all] = [number?.offered.join(" ") ?? "", OFFERED_ANSWERS.join(" ")];
    expect(`${kinds.replace(all, "answers")} ${hour ?? ""}`.trim()).toBe(offered);
  });

  test("has the last answer, of several at one time the last that was stored", () => {
    const [number] = toNumberStates(...parse("off 1 (handling 3 | planned 2 | moved 3)"));
    expect(number?.answer).toEqual(toAnswer("moved 3"));
  });

  test.each([
    ["off 1 lapsed, requested 2 open", "requested 2"],
    ["off 1 open, requested 2 open", "off 1"],
    ["requested 1 lapsed, set 2 published", "requested 1"],
    ["requested 1 pending, set 2 published", "set 2"],
    ["off 1 published, set 2 published, requested 0 acknowledged", "set 2"],
    ["off 1 pending", "none"],
    ["off 1 none", "none"],
  ])("of which %s takes an answer by credentials for %s", (history, answered) => {
    const [alerts] = parse(history);
    const keyOf = (options?: object) => {
      const found = findAnswerable(alerts.toReversed(), options)?.event;
      const word = Object.entries(EVENTS).find(([, name]) => name === found?.event)?.[0];
      return found ? `${word} ${(Number(found.time) * 1000 - START) / HOUR_MS}` : "none";
    };
    expect(keyOf()).toBe(answered);
    const pending = /\w+ \d+(?= pending)/.exec(history)?.[0];
    expect(keyOf({ takesPending: true })).toBe(pending ?? answered);
  });
});

describe("what Meta says when asked", () => {
  test("is about the same number however it is written", () => {
    const asked = [pin(true, 2, "+1 (555) 078-3881")];
    expect(toNumberStates([event("off", 1)], asked)).toMatchObject([{ state: "protected" }]);
    const written = event("off", 1, { displayPhoneNumber: "+1 555-078-3881" });
    expect(toNumberStates([written], [pin(true, 2)])).toContainEqual(
      expect.objectContaining({ displayPhoneNumber: "+1 555-078-3881", state: "protected" }),
    );
  });

  test("makes known also a number without an event, by its digits, once", () => {
    expect(toNumberStates([], [pin(true, 1, "+1 555-1"), pin(true, 2, "15551")])).toEqual([
      {
        displayPhoneNumber: "15551",
        state: "protected",
        since: START + HOUR_MS,
        says: "Meta",
        sentence: "Two-step verification is on, says Meta.",
        offered: [],
      },
    ]);
  });
});

describe("each number", () => {
  test("has the account and the name of its last event that Meta documents", () => {
    const events = [
      event("off", 2, { wabaId: "2" }),
      event("set", 0, { wabaId: "3" }),
      event("requested", 1),
      event("odd", 3, { wabaId: "4" }),
    ];
    const odd = [3, 1, 2].map((hour) => event("odd", hour));
    expect(toNumberStates(odd)).toMatchObject([{ lastEvent: { at: START + 3 * HOUR_MS } }]);
    const lastEvent = { event: EVENTS.off, at: START + 2 * HOUR_MS };
    expect(toNumberStates(events)).toMatchObject([
      { displayPhoneNumber: NUMBER, wabaId: "2", lastEvent },
    ]);
  });

  test("is listed once, the worst first, and those alike by their digits", () => {
    const of = (displayPhoneNumber: string, name: EventWord, difference: HistoryDifference = {}) =>
      event(name, 1, { displayPhoneNumber, ...difference });
    const events = [
      of("6", "set"),
      of("5", "set"),
      of("4", "off", { answers: [toAnswer("moved 2")] }),
      of("3", "odd"),
      of("2", "requested"),
      of("1", "off"),
      event("requested", 0, { displayPhoneNumber: "7", alert: "open" }),
      of("7", "set"),
    ];
    const listed = toNumberStates(events).map((each) => `${each.displayPhoneNumber} ${each.state}`);
    expect(listed).toEqual([
      "1 UNPROTECTED",
      "7 disputed",
      "2 reset requested",
      "3 unknown",
      "4 moved",
      "5 protected",
      "6 protected",
    ]);
  });
});

test.each([
  ["+1 555-078-3881", "15550783881"],
  ["1.555 (078)/3881", "15550783881"],
  ["15550783881", "15550783881"],
  ["+", "+"],
  ["1 555 x", "1 555 x"],
  ["x1", "x1"],
  ["", ""],
])("the digits of %j are %j", (number, digits) => {
  expect(toDigits(number)).toBe(digits);
});
