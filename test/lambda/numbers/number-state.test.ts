import { describe, expect, test } from "vitest";
import type { AnswerKind } from "../../../lambda/event/answer.ts";
import {
  type PinState,
  type StateEvent,
  toDigits,
  toNumberStates,
} from "../../../lambda/numbers/number-state.ts";
import { ANSWER } from "../../support/notices.ts";

const NUMBER = "15550783881";
const HOUR = 3_600;

function event(name: string, hour: number, difference: Partial<StateEvent> = {}): StateEvent {
  return {
    wabaId: "1",
    event: name,
    displayPhoneNumber: NUMBER,
    time: hour * HOUR,
    answers: [],
    ...difference,
  };
}

function answered(answer: AnswerKind, hour: number) {
  return { ...ANSWER, answer, at: new Date(hour * HOUR * 1000).toISOString() };
}

function pin(isPinEnabled: boolean, hour: number, displayPhoneNumber = NUMBER): PinState {
  return { displayPhoneNumber, isPinEnabled, at: hour * HOUR * 1000 };
}

/** State, the hour since when, and who says so, of the one number. */
function stateOf(events: readonly StateEvent[], pins: readonly PinState[] = []) {
  const states = toNumberStates(events, pins);
  expect(states).toHaveLength(1);
  const { state, since, says } = states[0] ?? {};
  return [state, since === undefined ? undefined : since / 1000 / HOUR, says];
}

const REQUESTED = "PIN_RESET_REQUEST";
const OFF = "PIN_REQUEST_SUCCESS";
const SET = "PIN_CHANGED";

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

  test("is the worse of two at the same time, in whatever order they are read", () => {
    for (const [worse, better, state] of [
      [OFF, SET, "UNPROTECTED"],
      [OFF, REQUESTED, "UNPROTECTED"],
      [REQUESTED, SET, "reset requested"],
    ] as const) {
      expect(stateOf([event(worse, 1), event(better, 1)])[0]).toBe(state);
      expect(stateOf([event(better, 1), event(worse, 1)])[0]).toBe(state);
    }
  });
});

describe("a person's answer", () => {
  test.each([
    ["pin-set", ["protected", 2, "Ann Example"]],
    ["moved", ["moved", 2, "Ann Example"]],
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

  test("counts as before what Meta sent in the same moment", () => {
    const answers = [answered("moved", 1)];
    expect(stateOf([event(SET, 1, { answers })])).toEqual(["protected", 1, undefined]);
  });

  test("without a time says nothing", () => {
    const answers = [{ ...answered("pin-set", 2), at: "yesterday" }];
    expect(stateOf([event(OFF, 1, { answers })])).toEqual(["UNPROTECTED", 1, undefined]);
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
    [[event(OFF, 2)], true, ["protected", 2, "Meta"]],
  ])("is believed unless an event is newer: %#", (events, isPinEnabled, state) => {
    expect(stateOf(events, [pin(isPinEnabled, 2)])).toEqual(state);
  });

  test("is about the same number however it is written", () => {
    expect(stateOf([event(OFF, 1)], [pin(true, 2, "+1 (555) 078-3881")])[0]).toBe("protected");
    const written = event(OFF, 1, { displayPhoneNumber: "+1 555-078-3881" });
    const states = toNumberStates([written], [pin(true, 2)]);
    expect(states).toContainEqual(
      expect.objectContaining({ displayPhoneNumber: "+1 555-078-3881", state: "protected" }),
    );
  });

  test("makes known also a number without an event, by its digits, once", () => {
    expect(toNumberStates([], [pin(true, 1, "+1 555-1"), pin(true, 2, "15551")])).toEqual([
      { displayPhoneNumber: "15551", state: "protected", since: HOUR * 1000, says: "Meta" },
    ]);
  });
});

describe("each number", () => {
  test("has the account and the name of its last event", () => {
    const events = [
      event(OFF, 2, { wabaId: "2" }),
      event(SET, 0, { wabaId: "3" }),
      event(REQUESTED, 1),
    ];
    expect(toNumberStates(events)).toEqual([
      {
        displayPhoneNumber: NUMBER,
        state: "UNPROTECTED",
        since: 2 * HOUR * 1000,
        wabaId: "2",
        lastEvent: { event: OFF, at: 2 * HOUR * 1000 },
      },
    ]);
  });

  test("is listed once, the worst first, and those alike by their digits", () => {
    const of = (displayPhoneNumber: string, name: string, answers: StateEvent["answers"] = []) =>
      event(name, 1, { displayPhoneNumber, answers });
    const events = [
      of("6", SET),
      of("5", SET),
      of("4", OFF, [answered("moved", 2)]),
      of("3", "PIN_ODD"),
      of("2", REQUESTED),
      of("1", OFF),
    ];
    const listed = toNumberStates(events).map((each) => [each.displayPhoneNumber, each.state]);
    expect(listed).toEqual([
      ["1", "UNPROTECTED"],
      ["2", "reset requested"],
      ["3", "unknown"],
      ["4", "moved"],
      ["5", "protected"],
      ["6", "protected"],
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
