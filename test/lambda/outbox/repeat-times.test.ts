import { describe, expect, test } from "vitest";
import { repeats, toLapseAt, toNextDueAt } from "../../../lambda/outbox/repeat-times.ts";
import { testConfig } from "../../support/config.ts";
import { securityEvent } from "../../support/notices.ts";
import { storedAlert } from "../../support/outbox-world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const stored = storedAlert();
const RECEIVED = Date.parse(securityEvent().receivedAt);

/** Milliseconds after its receipt at which an alert told so long after it is due again. */
function nextAfter(elapsed: number, repeatAfterMinutes?: readonly number[]): number {
  const config = testConfig({ repeatAfterMinutes });
  return toNextDueAt(stored, RECEIVED + elapsed, config) - RECEIVED;
}

describe("alerts are repeated", () => {
  test.each([
    [undefined, true],
    [[5], true],
    [[], false],
  ])("with the setting %j: %s", (repeatAfterMinutes, expected) => {
    expect(repeats({ repeatAfterMinutes })).toBe(expected);
  });
});

test("an alert is given up two days after its receipt", () => {
  expect(toLapseAt(stored)).toBe(RECEIVED + 2 * DAY);
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
  ])("told %d ms after its receipt, at %d ms", (elapsed, next) => {
    expect(nextAfter(elapsed)).toBe(next);
  });

  test.each([
    [0, 10 * MINUTE],
    [10 * MINUTE, 30 * MINUTE],
    [30 * MINUTE, 60 * MINUTE],
    [60 * MINUTE, 90 * MINUTE],
  ])("with a schedule of its own: told at %d ms, at %d ms", (elapsed, next) => {
    expect(nextAfter(elapsed, [10, 30])).toBe(next);
  });

  test("no later than it lapses", () => {
    expect(nextAfter(0, [5000])).toBe(2 * DAY);
    expect(nextAfter(47 * HOUR, [7 * 60])).toBe(2 * DAY);
    expect(nextAfter(0, [])).toBe(2 * DAY);
  });

  test("at once where it was told after its time, so that the next tick lets it lapse", () => {
    expect(nextAfter(2 * DAY)).toBe(2 * DAY);
    expect(nextAfter(3 * DAY)).toBe(3 * DAY);
  });
});
