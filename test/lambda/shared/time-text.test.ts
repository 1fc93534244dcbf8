import { describe, expect, test } from "vitest";
import {
  count,
  toAgo,
  toClock,
  toDay,
  toDuration,
  toMinute,
  toShortTime,
  toWhen,
} from "../../../lambda/shared/time-text.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse("2026-11-24T03:12:00.000Z");

test.each([
  [Number.NaN, "0 seconds"],
  [499, "0 seconds"],
  [500, "1 second"],
  [2 * MINUTE - SECOND, "119 seconds"],
  [2 * MINUTE, "2 minutes"],
  [2 * HOUR, "2 hours"],
  [2 * DAY - SECOND, "47 hours"],
  [2 * DAY, "2 days"],
])(
  "a duration is in the largest unit of which there are two: %i ms are %s",
  (milliseconds, text) => {
    expect(toDuration(milliseconds)).toBe(text);
    expect(toAgo(NOW - milliseconds, NOW)).toBe(`${text} ago`);
  },
);

describe("a time", () => {
  test.each([
    ["2026-11-24T03:11:20Z", "03:11", "24 Nov, 03:11", "03:11 UTC, 40 seconds ago"],
    ["2026-11-24T03:13:00Z", "03:13", "24 Nov, 03:13", "03:13 UTC, 0 seconds ago"],
    ["2026-11-24T03:13:01Z", "03:13", "24 Nov, 03:13", "03:13 UTC"],
    ["2026-11-23T15:12:01Z", "15:12", "23 Nov, 15:12", "15:12 UTC, 11 hours ago"],
    ["2026-11-23T15:12:00Z", "23 Nov, 15:12", "23 Nov, 15:12", "23 Nov, 15:12 UTC, 12 hours ago"],
    [
      "2025-12-31T23:59:59Z",
      "31 Dec 2025, 23:59",
      "31 Dec 2025, 23:59",
      "31 Dec 2025, 23:59 UTC, 327 days ago",
    ],
    ["yesterday", "unknown time", "unknown time", "unknown time"],
  ])(
    "of %s has its date when it is far, its year when that is not this one",
    (iso, clock, short, when) => {
      const at = Date.parse(iso);
      expect(toClock(at, NOW)).toBe(clock);
      expect(toShortTime(at, NOW)).toBe(short);
      expect(toWhen(at, NOW)).toBe(when);
    },
  );

  test("of a report is its day or its minute, and nothing fails without one", () => {
    expect([toDay(NOW), toMinute(NOW)]).toEqual(["2026-11-24", "2026-11-24 03:12 UTC"]);
    expect([toDay(Number.NaN), toMinute(Number.NaN)]).toEqual(["", "unknown time"]);
  });
});

test("a count has the noun's form", () => {
  expect([0, 1].map((amount) => count(amount, "alert"))).toEqual(["0 alerts", "1 alert"]);
  expect(count(2, "delivery", "deliveries")).toBe("2 deliveries");
});
