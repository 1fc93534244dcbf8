import { describe, expect, test } from "vitest";
import type { AnswerKind } from "../../../lambda/event/answer.ts";
import {
  isRepeated,
  toDueAfterAnswer,
  toLapseAt,
  toNextDueAt,
} from "../../../lambda/outbox/repeat-times.ts";
import { DEFAULT_REPEAT_MINUTES } from "../../../lambda/shared/names.ts";
import { testConfig } from "../../support/config.ts";
import { ANSWER, securityEvent } from "../../support/notices.ts";
import { storedAlert } from "../../support/outbox-world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const RECEIVED = Date.parse(securityEvent().receivedAt);

/** An alert with these answers, each given so long after its receipt. */
function storedWith(...answers: (readonly [AnswerKind, number])[]) {
  return storedAlert({
    answers: answers.map(([answer, elapsed]) => {
      return { ...ANSWER, answer, at: new Date(RECEIVED + elapsed).toISOString() };
    }),
  });
}

const stored = storedWith();

test.each([
  [undefined, {}, true],
  [[5], {}, true],
  [[], {}, false],
  [undefined, { test: true }, false],
  [undefined, { event: "PIN_CHANGED" }, false],
  [undefined, { event: "PIN_ODD" }, true],
])("with the setting %j an alert of %j is repeated: %s", (repeatAfterMinutes, event, expected) => {
  expect(isRepeated(securityEvent(event), { repeatAfterMinutes })).toBe(expected);
});

test("an alert lapses two days after its receipt, after it was opened again, or by our clock", () => {
  const reopened = storedWith(["planned", HOUR], ["reopen", 3 * HOUR], ["handling", 4 * HOUR]);
  expect(toLapseAt(stored, RECEIVED)).toBe(RECEIVED + 2 * DAY);
  expect(toLapseAt(reopened, RECEIVED + 5 * HOUR)).toBe(RECEIVED + 3 * HOUR + 2 * DAY);
  expect(toLapseAt(reopened, RECEIVED + HOUR), "a clock was ahead").toBe(RECEIVED + HOUR + 2 * DAY);
});

describe("an alert is due again", () => {
  test.each<[number, number, number[]?]>([
    [0, 5 * MINUTE],
    [5 * MINUTE - 1, 5 * MINUTE],
    [5 * MINUTE, 15 * MINUTE],
    [60 * MINUTE, 4 * HOUR],
    [4 * HOUR - 1, 4 * HOUR],
    [4 * HOUR, 8 * HOUR],
    [44 * HOUR, 2 * DAY],
    [2 * DAY, 2 * DAY],
    [3 * DAY, 3 * DAY],
    [10 * MINUTE, 30 * MINUTE, [10, 30]],
    [30 * MINUTE, 60 * MINUTE, [10, 30]],
    [60 * MINUTE, 90 * MINUTE, [10, 30]],
    [0, 2 * DAY, [5000]],
    [47 * HOUR, 2 * DAY, [7 * 60]],
    [0, 2 * DAY, []],
  ])("published %d ms after its receipt, at %d ms (schedule %j)", (elapsed, next, minutes) => {
    const config = testConfig(minutes && { repeatAfterMinutes: minutes });
    expect(toNextDueAt(stored, RECEIVED + elapsed, config) - RECEIVED).toBe(next);
  });

  test("by the same schedule from when it was opened again", () => {
    const reopened = storedWith(["planned", HOUR], ["reopen", 3 * DAY]);
    const dueAt = toNextDueAt(reopened, RECEIVED + 3 * DAY, testConfig());
    expect(dueAt - RECEIVED).toBe(3 * DAY + 5 * MINUTE);
  });

  test("without a setting by the default schedule", () => {
    const config = testConfig({ repeatAfterMinutes: undefined });
    const [first = 0] = DEFAULT_REPEAT_MINUTES;
    expect(toNextDueAt(stored, RECEIVED, config) - RECEIVED).toBe(first * MINUTE);
  });

  const HANDLING = ["handling", HOUR] as const;
  test.each<[readonly (readonly [AnswerKind, number])[], number, number]>([
    [[HANDLING], HOUR, 2 * HOUR],
    [[["handling", 300 * DAY]], HOUR, 2 * HOUR],
    [[HANDLING], 47.5 * HOUR, 48 * HOUR],
    [
      [
        ["handling", 0],
        ["reopen", HOUR],
      ],
      HOUR,
      HOUR + 5 * MINUTE,
    ],
  ])(
    "with the answers %j, announced %d ms after its receipt, at %d ms",
    (answers, elapsed, next) => {
      const dueAt = toDueAfterAnswer(storedWith(...answers), RECEIVED + elapsed, testConfig());
      expect(dueAt - RECEIVED).toBe(next);
    },
  );
});
