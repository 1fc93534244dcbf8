import { describe, expect, test } from "vitest";
import type { AnswerKind } from "../../../lambda/event/answer.ts";
import {
  isRepeated,
  repeats,
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
function storedWith(...answers: [AnswerKind, number][]) {
  return storedAlert({
    answers: answers.map(([answer, elapsed]) => {
      return { ...ANSWER, answer, at: new Date(RECEIVED + elapsed).toISOString() };
    }),
  });
}

const stored = storedWith();

/** Milliseconds after its receipt at which an alert published so long after it is due again. */
function nextAfter(elapsed: number, repeatAfterMinutes?: readonly number[], of = stored): number {
  const config = testConfig(repeatAfterMinutes && { repeatAfterMinutes });
  return toNextDueAt(of, RECEIVED + elapsed, config) - RECEIVED;
}

describe("alerts are repeated", () => {
  test.each([
    [undefined, true],
    [[5], true],
    [[], false],
  ])("with the setting %j: %s", (repeatAfterMinutes, expected) => {
    expect(repeats({ repeatAfterMinutes })).toBe(expected);
    expect(isRepeated(securityEvent(), { repeatAfterMinutes })).toBe(expected);
  });

  test("but neither a test nor a PIN that was set", () => {
    expect(isRepeated(securityEvent({ test: true }), {})).toBe(false);
    expect(isRepeated(securityEvent({ event: "PIN_CHANGED" }), {})).toBe(false);
    expect(isRepeated(securityEvent({ event: "PIN_ODD" }), {})).toBe(true);
  });
});

describe("an alert is given up", () => {
  test("two days after its receipt, or after it was opened again", () => {
    expect(toLapseAt(stored, RECEIVED)).toBe(RECEIVED + 2 * DAY);
    const reopened = storedWith(["planned", HOUR], ["reopen", 3 * HOUR], ["handling", 4 * HOUR]);
    expect(toLapseAt(reopened, RECEIVED + 5 * HOUR)).toBe(RECEIVED + 3 * HOUR + 2 * DAY);
  });

  test("two days from now where a clock was ahead", () => {
    const reopened = storedWith(["reopen", 300 * DAY]);
    expect(toLapseAt(reopened, RECEIVED + HOUR)).toBe(RECEIVED + HOUR + 2 * DAY);
  });
});

describe("an alert is due again", () => {
  test.each([
    [0, 5 * MINUTE],
    [5 * MINUTE - 1, 5 * MINUTE],
    [5 * MINUTE, 15 * MINUTE],
    [15 * MINUTE, 60 * MINUTE],
    [60 * MINUTE, 4 * HOUR],
    [4 * HOUR - 1, 4 * HOUR],
    [4 * HOUR, 8 * HOUR],
    [8 * HOUR - 1, 8 * HOUR],
    [8 * HOUR, 12 * HOUR],
    [44 * HOUR, 48 * HOUR],
  ])("published %d ms after its receipt, at %d ms", (elapsed, next) => {
    expect(nextAfter(elapsed)).toBe(next);
  });

  test.each([
    [0, 10 * MINUTE],
    [10 * MINUTE, 30 * MINUTE],
    [30 * MINUTE, 60 * MINUTE],
    [60 * MINUTE, 90 * MINUTE],
  ])("with a schedule of its own: published at %d ms, at %d ms", (elapsed, next) => {
    expect(nextAfter(elapsed, [10, 30])).toBe(next);
  });

  test("by the same schedule from when it was opened again", () => {
    const reopened = storedWith(["planned", HOUR], ["reopen", 3 * DAY]);
    expect(nextAfter(3 * DAY, undefined, reopened)).toBe(3 * DAY + 5 * MINUTE);
  });

  test("no later than it lapses", () => {
    expect(nextAfter(0, [5000])).toBe(2 * DAY);
    expect(nextAfter(47 * HOUR, [7 * 60])).toBe(2 * DAY);
    expect(nextAfter(0, [])).toBe(2 * DAY);
  });

  test("at once where it was published after its time, so that the next message is the last", () => {
    expect(nextAfter(2 * DAY)).toBe(2 * DAY);
    expect(nextAfter(3 * DAY)).toBe(3 * DAY);
  });
});

describe("after an answer was announced an alert is due again", () => {
  const HANDLING = ["handling", HOUR] as const;
  const REOPEN = ["reopen", HOUR] as const;
  test.each<[[AnswerKind, number][], number, number]>([
    [[[...HANDLING]], HOUR, 2 * HOUR],
    [[["handling", 300 * DAY]], HOUR, 2 * HOUR],
    [[[...HANDLING]], 47.5 * HOUR, 48 * HOUR],
    [[["planned", 0], [...REOPEN]], HOUR, HOUR + 5 * MINUTE],
    [[["handling", 0], [...REOPEN]], HOUR, HOUR + 5 * MINUTE],
  ])(
    "with the answers %j, announced %d ms after its receipt, at %d ms",
    (answers, elapsed, next) => {
      const dueAt = toDueAfterAnswer(storedWith(...answers), RECEIVED + elapsed, testConfig());
      expect(dueAt - RECEIVED).toBe(next);
    },
  );
});

test("without a setting the first repeat comes by the default schedule", () => {
  const config = testConfig({ repeatAfterMinutes: undefined });
  const [first = 0] = DEFAULT_REPEAT_MINUTES;
  expect(toNextDueAt(stored, RECEIVED, config) - RECEIVED).toBe(first * MINUTE);
});
