import { describe, expect, test } from "vitest";
import type { Answer, AnswerKind } from "../../../lambda/event/answer.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { toDigits, toNumberStates } from "../../../lambda/numbers/number-state.ts";
import type { PinState } from "../../../lambda/numbers/protection.ts";
import { type HistoryDifference, historyEvent } from "../../support/facts.ts";
import { ANSWER } from "../../support/notices.ts";

const NUMBER = "15550783881";
const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 10, 1);

const REQUESTED = "PIN_RESET_REQUEST";
const OFF = "PIN_REQUEST_SUCCESS";
const SET = "PIN_CHANGED";

/** An event of so many hours after the start; its alert was ended unless a test says otherwise. */
function event(name: string, hour: number, difference: HistoryDifference = {}): StoredAlert {
  const receivedAt = START + hour * HOUR_MS;
  return historyEvent({ event: name, receivedAt, alert: "acknowledged", ...difference });
}

const open = { alert: "open" } as const;
const lapsed = { alert: "lapsed" } as const;

function answered(answer: AnswerKind, hour: number, difference: Partial<Answer> = {}): Answer {
  const at = new Date(START + hour * HOUR_MS).toISOString();
  return { ...ANSWER, name: "Ann", answer, at, origin: "terminal", ...difference };
}

const byLink = { origin: "link" } as const;

function pin(isPinEnabled: boolean, hour: number, displayPhoneNumber = NUMBER): PinState {
  return { displayPhoneNumber, isPinEnabled, at: START + hour * HOUR_MS };
}

/** State, the hour since when, and who says so, of the one number. */
function stateOf(events: readonly StoredAlert[], pins: readonly PinState[] = []) {
  const [state, ...others] = toNumberStates(events, pins);
  expect(others).toEqual([]);
  return [state?.state, hoursOf(state?.since), state?.says];
}

function hoursOf(at: number | undefined): number | undefined {
  return at === undefined ? undefined : (at - START) / HOUR_MS;
}

describe("a number's state by its events", () => {
  test.each([
    [[event(REQUESTED, 1)], ["reset requested", 1]],
    [[event(OFF, 1)], ["UNPROTECTED", 1]],
    [[event(SET, 1)], ["protected", 1]],
    [[event("PIN_ODD", 1)], ["unknown", undefined]],
    [
      [event(SET, 1), event(REQUESTED, 2)],
      ["reset requested", 2],
    ],
    [
      [event(OFF, 1), event(REQUESTED, 2)],
      ["UNPROTECTED", 1],
    ],
    [
      [event(OFF, 1), event(SET, 2)],
      ["protected", 2],
    ],
    [
      [event(SET, 1), event("PIN_ODD", 2)],
      ["protected", 1],
    ],
    [
      [event(OFF, 1), event(OFF, 2)],
      ["UNPROTECTED", 1],
    ],
    [
      [event(REQUESTED, 1), event(REQUESTED, 2)],
      ["reset requested", 1],
    ],
    [
      [event(SET, 2), event(OFF, 1)],
      ["protected", 2],
    ],
  ])("is what they say in the order in which Meta sent them: %#", (events, [state, since]) => {
    expect(stateOf(events)).toEqual([state, since, undefined]);
  });

  test("is the worse of two of one second, in whatever order they are read", () => {
    for (const [worse, better, state] of [
      [OFF, SET, "UNPROTECTED"],
      [OFF, REQUESTED, "UNPROTECTED"],
      [REQUESTED, SET, "reset requested"],
    ] as const) {
      expect(stateOf([event(worse, 1), event(better, 1)])[0]).toBe(state);
      expect(stateOf([event(better, 1), event(worse, 1)])[0]).toBe(state);
    }
  });

  test.each([
    ["in microseconds", 1_795_489_920_000_000],
    ["not a number", Number.NaN],
    ["before WhatsApp", 1],
    ["two days ahead", (START + 49 * HOUR_MS) / 1000],
  ])("goes by the receipt where a time is %s", (_, time) => {
    expect(stateOf([event(SET, 2), event(OFF, 1, { time })])).toEqual(["protected", 2, undefined]);
    expect(stateOf([event(OFF, 2, { time }), event(SET, 1)])[0]).toBe("UNPROTECTED");
  });

  test("leaves tests out, and a number that had nothing else", () => {
    const tested = event(OFF, 1);
    expect(toNumberStates([{ ...tested, event: { ...tested.event, test: true } }])).toEqual([]);
  });
});

describe("a PIN that was set", () => {
  test.each([
    ["an hour after an open alert", [event(REQUESTED, 1, open), event(SET, 2)]],
    ["after one that is to be published", [event(OFF, 1, { alert: "pending" }), event(SET, 2)]],
    ["48 hours after one that lapsed", [event(OFF, 1, lapsed), event(SET, 49)]],
    ["twice, the second much later", [event(OFF, 1, lapsed), event(SET, 2), event(SET, 99)]],
    ["before another request", [event(OFF, 1, lapsed), event(SET, 2), event(REQUESTED, 3)]],
    [
      "while somebody is handling it",
      [event(OFF, 1, { ...open, answers: [answered("handling", 1)] }), event(SET, 2)],
    ],
  ] as [string, StoredAlert[]][])("%s is disputed", (_, events) => {
    expect(stateOf(events)).toEqual(["disputed", expect.any(Number), undefined]);
  });

  test.each([
    ["after an alert that was ended", [event(OFF, 1), event(SET, 2)]],
    ["after one that another repeats for", [event(OFF, 1, { alert: "superseded" }), event(SET, 2)]],
    ["49 hours after an alert", [event(OFF, 1, lapsed), event(SET, 50)]],
    ["before any", [event(SET, 1)]],
  ] as [string, StoredAlert[]][])("%s protects", (_, events) => {
    expect(stateOf(events)[0]).toBe("protected");
  });

  test("stays disputed when Meta says that a PIN is enabled: whose, it does not say", () => {
    const events = [event(OFF, 1, open), event(SET, 2)];
    expect(stateOf(events, [pin(true, 3)])).toEqual(["disputed", 2, undefined]);
    expect(stateOf(events, [pin(false, 3)])).toEqual(["UNPROTECTED", 3, "Meta"]);
  });

  test("is ours when somebody with AWS credentials says so", () => {
    const answers = [answered("pin-set", 3)];
    const events = [event(OFF, 1, open), event(SET, 2, { alert: "acknowledged", answers })];
    expect(stateOf(events)).toEqual(["protected", 3, "Ann"]);
  });
});

describe("a confirmed answer", () => {
  test.each([
    ["pin-set", ["protected", 2, "Ann"]],
    ["moved", ["moved", 2, "Ann"]],
    ["planned", ["UNPROTECTED", 1, undefined]],
    ["handling", ["UNPROTECTED", 1, undefined]],
  ] as const)("%s after a protection was turned off makes it %j", (answer, state) => {
    expect(stateOf([event(OFF, 1, { answers: [answered(answer, 2)] })])).toEqual(state);
  });

  test("is over with the next event", () => {
    const answers = [answered("pin-set", 2)];
    expect(stateOf([event(OFF, 1, { answers }), event(OFF, 3)])).toEqual([
      "UNPROTECTED",
      3,
      undefined,
    ]);
  });

  test("counts as before what Meta sent in the same second", () => {
    const late = { at: new Date(START + HOUR_MS + 999).toISOString() };
    const answers = [answered("pin-set", 1, late)];
    expect(stateOf([event(OFF, 1, { answers })])).toEqual(["UNPROTECTED", 1, undefined]);
  });

  test("is never before its event, whatever the clock of the person's computer says", () => {
    for (const at of ["yesterday", "2020-01-01T00:00:00.000Z"]) {
      const sent = { time: (START + 0.5 * HOUR_MS) / 1000 };
      const answers = [answered("pin-set", 2, { at })];
      expect(stateOf([event(OFF, 1, { ...sent, answers })])).toEqual(["protected", 1, "Ann"]);
    }
  });

  test("that is taken back leaves what is known without it", () => {
    const answers = [answered("pin-set", 2), answered("reopen", 3)];
    expect(stateOf([event(OFF, 1, { answers })])).toEqual(["UNPROTECTED", 1, undefined]);
    const again = [...answers, answered("moved", 4)];
    expect(stateOf([event(OFF, 1, { answers: again })])).toEqual(["moved", 4, "Ann"]);
  });

  test("of `protect` can't be taken back: the PIN was set by Meta's API", () => {
    const set = { origin: "protect", from: "protect" } as const;
    const answers = [answered("pin-set", 2, set), answered("reopen", 3)];
    expect(stateOf([event(OFF, 1, { answers })])).toEqual(["protected", 2, "Ann"]);
    const byLink = [answered("pin-set", 2, { ...set, from: "203.0.113.7" })];
    expect(stateOf([event(OFF, 1, { answers: byLink })])).toEqual(["protected", 2, "protect"]);
  });
});

describe("an answer by link", () => {
  const claimOf = (events: readonly StoredAlert[], pins: readonly PinState[] = []) => {
    const [{ state, claim, sentence } = {}] = toNumberStates(events, pins);
    return [state, claim?.answer, sentence];
  };

  test.each([
    ["pin-set", "Two-step verification is off. Ann says that the PIN is set (not confirmed)."],
    [
      "moved",
      "Two-step verification is off. Ann says that the number is no longer yours (not confirmed).",
    ],
  ] as const)("%s is a claim, which changes no state", (answer, sentence) => {
    const answers = [answered(answer, 2, byLink)];
    expect(claimOf([event(OFF, 1, { answers })])).toEqual(["UNPROTECTED", answer, sentence]);
  });

  const claimed = event(OFF, 1, { answers: [answered("pin-set", 2, byLink)] });
  test.each([
    ["an event", [claimed, event(SET, 3)], [], "protected"],
    ["Meta", [claimed], [pin(true, 3)], "protected"],
    [
      "somebody with AWS credentials",
      [event(OFF, 1, { answers: [...claimed.answers, answered("pin-set", 3)] })],
      [],
      "protected",
    ],
    ["a contradiction of Meta's", [claimed], [pin(false, 3)], "UNPROTECTED"],
    ["another completed reset", [claimed, event(OFF, 3)], [], "UNPROTECTED"],
  ])("is a claim until %s", (_, events, pins, state) => {
    expect(claimOf(events, pins).slice(0, 2)).toEqual([state, undefined]);
  });

  test("is no claim where it says what is known", () => {
    const answers = [answered("pin-set", 3, byLink)];
    expect(claimOf([event(SET, 1, { answers })])).toEqual([
      "protected",
      undefined,
      "Two-step verification is on.",
    ]);
  });
});

describe("what Meta says when asked", () => {
  test.each([
    [[], true, ["protected", 2, "Meta"]],
    [[], false, ["UNPROTECTED", 2, "Meta"]],
    [[event(OFF, 1)], true, ["protected", 2, "Meta"]],
    [[event(OFF, 1)], false, ["UNPROTECTED", 1, "Meta"]],
    [[event(SET, 1)], true, ["protected", 1, "Meta"]],
    [[event(SET, 1)], false, ["UNPROTECTED", 2, "Meta"]],
    [[event(REQUESTED, 1)], true, ["reset requested", 1, "Meta"]],
    [[event(REQUESTED, 1)], false, ["UNPROTECTED", 2, "Meta"]],
    [[event(SET, 3)], false, ["protected", 3, undefined]],
    [[event(OFF, 2)], true, ["UNPROTECTED", 2, undefined]],
    [[event(SET, 2)], true, ["protected", 2, "Meta"]],
  ])("is believed unless an event is newer, or worse in the same second: %#", (...row) => {
    const [events, isPinEnabled, state] = row;
    expect(stateOf(events, [pin(isPinEnabled, 2)])).toEqual(state);
  });

  test("is about the same number however it is written", () => {
    expect(stateOf([event(OFF, 1)], [pin(true, 2, "+1 (555) 078-3881")])[0]).toBe("protected");
    const written = event(OFF, 1, { displayPhoneNumber: "+1 555-078-3881" });
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
      event(OFF, 2, { wabaId: "2" }),
      event(SET, 0, { wabaId: "3" }),
      event(REQUESTED, 1),
      event("PIN_ODD", 3, { wabaId: "4" }),
    ];
    expect(toNumberStates(events)).toMatchObject([
      {
        displayPhoneNumber: NUMBER,
        wabaId: "2",
        lastEvent: { event: OFF, at: START + 2 * HOUR_MS },
      },
    ]);
  });

  test("is listed once, the worst first, and those alike by their digits", () => {
    const of = (displayPhoneNumber: string, name: string, answers: readonly Answer[] = []) =>
      event(name, 1, { displayPhoneNumber, answers });
    const events = [
      of("6", SET),
      of("5", SET),
      of("4", OFF, [answered("moved", 2)]),
      of("3", "PIN_ODD"),
      of("2", REQUESTED),
      of("1", OFF),
      event(REQUESTED, 0, { displayPhoneNumber: "7", ...open }),
      of("7", SET),
    ];
    const listed = toNumberStates(events).map((each) => [each.displayPhoneNumber, each.state]);
    expect(listed).toEqual([
      ["1", "UNPROTECTED"],
      ["7", "disputed"],
      ["2", "reset requested"],
      ["3", "unknown"],
      ["4", "moved"],
      ["5", "protected"],
      ["6", "protected"],
    ]);
  });

  // StrykerJS counts each step of it, which takes several times as long.
  const isCounted = process.env.STRYKER_MUTATOR_WORKER !== undefined;

  test.skipIf(isCounted)(
    "takes time in proportion: 10,000 numbers with 100,000 events in some seconds",
    () => {
      const names = [REQUESTED, OFF, SET, REQUESTED, SET];
      const events = Array.from({ length: 100_000 }, (_, index) =>
        event(names[index % 5] ?? SET, index % 700, {
          displayPhoneNumber: `1555${String(index % 10_000).padStart(7, "0")}`,
          alert: index % 3 === 0 ? "open" : "acknowledged",
        }),
      );
      const startedAt = performance.now();
      expect(toNumberStates(events)).toHaveLength(10_000);
      expect(performance.now() - startedAt).toBeLessThan(10_000);
    },
  );
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
