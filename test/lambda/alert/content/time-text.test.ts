import { describe, expect, test } from "vitest";
import {
  toClock,
  toDuration,
  toInstant,
  toWhen,
} from "../../../../lambda/alert/content/time-text.ts";
import { SENT_AT as NOW, securityEvent, toForms } from "../../../support/notices.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("when something happened", () => {
  test.each([
    [NOW - 40_000, "03:11 UTC, 40 seconds ago"],
    [NOW, "03:12 UTC, 0 seconds ago"],
    [NOW + 60_000, "03:13 UTC, 0 seconds ago"],
    [NOW + 61_000, "03:13 UTC"],
    [NOW - 5 * HOUR, "22:12 UTC, 5 hours ago"],
    [NOW - 12 * HOUR, "2026-11-23 15:12 UTC, 12 hours ago"],
    [NOW + 13 * HOUR, "2026-11-24 16:12 UTC"],
    [Number.NaN, "unknown time"],
  ])("of %d is told as %s", (at, text) => {
    expect(toWhen(at, NOW)).toBe(text);
  });

  test("is its clock alone in a list, with the date when it is far", () => {
    expect(toClock(NOW - HOUR, NOW)).toBe("02:12");
    expect(toClock(NOW - 12 * HOUR, NOW)).toBe("2026-11-23 15:12");
    expect(toClock(Number.NaN, NOW)).toBe("unknown time");
  });

  test("is when Meta sent it, else when it came", () => {
    const { sentAt: _, ...unsent } = securityEvent();
    expect(toInstant(securityEvent())).toBe(NOW);
    expect(toInstant(unsent)).toBe(NOW + 1000);
  });

  test("never keeps an alert from being written, even of an edited item", () => {
    const { sentAt: _, ...unsent } = securityEvent({ receivedAt: "yesterday" });
    expect(toForms({ kind: "alert", event: unsent }).email).toContain("When:     unknown time");
  });
});

test.each([
  [-5, "0 seconds"],
  [Number.NaN, "0 seconds"],
  [1, "1 second"],
  [99, "99 seconds"],
  [100, "2 minutes"],
  [15 * 60, "15 minutes"],
  [100 * 60 - 1, "100 minutes"],
  [100 * 60, "2 hours"],
  [48 * 3600 - 1, "48 hours"],
  [48 * 3600, "2 days"],
  [30 * 24 * 3600, "30 days"],
])("%d seconds are %s", (seconds, text) => {
  expect(toDuration(seconds)).toBe(text);
});
