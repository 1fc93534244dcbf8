import { describe, expect, test } from "vitest";
import { count, maskEndpoint, toAgo, toDuration } from "../../../lambda/shared/text.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("a duration", () => {
  test.each([
    [-5 * HOUR, "0 seconds"],
    [0, "0 seconds"],
    [499, "0 seconds"],
    [500, "1 second"],
    [1_499, "1 second"],
    [2 * SECOND, "2 seconds"],
    [59 * SECOND, "59 seconds"],
    [MINUTE - 500, "1 minute"],
    [MINUTE, "1 minute"],
    [2 * MINUTE - SECOND, "1 minute"],
    [HOUR - SECOND, "59 minutes"],
    [HOUR, "1 hour"],
    [DAY - SECOND, "23 hours"],
    [DAY, "1 day"],
    [2 * DAY - SECOND, "1 day"],
    [400 * DAY, "400 days"],
  ])("of %i ms is %s, in the largest unit that fits", (milliseconds, text) => {
    expect(toDuration(milliseconds)).toBe(text);
  });
});

describe("an instant ago", () => {
  test("is told from its milliseconds or its ISO 8601 text", () => {
    const now = Date.UTC(2026, 10, 24, 12);
    expect(toAgo(now - 3 * HOUR, now)).toBe("3 hours ago");
    expect(toAgo("2026-11-24T11:58:00.000Z", now)).toBe("2 minutes ago");
  });
});

describe("a count", () => {
  test.each([
    [0, "alerts"],
    [1, "alert"],
    [2, "alerts"],
  ])("of %i has the noun's form", (amount, noun) => {
    expect(count(amount, "alert")).toBe(`${amount} ${noun}`);
  });

  test("may have a plural of its own", () => {
    expect([0, 1, 2].map((amount) => count(amount, "delivery", "deliveries"))).toEqual([
      "0 deliveries",
      "1 delivery",
      "2 deliveries",
    ]);
  });
});

describe("an address that is shown", () => {
  test.each([
    ["email", "ada@example.com", "a…@example.com"],
    ["email-json", "ada@example.com", "a…@example.com"],
    ["email", "a@example.com", "a…@example.com"],
    ["sms", "+491701234567", "+49…4567"],
    ["https", "https://hooks.example.com/secret?token=1", "hooks.example.com"],
    ["http", "http://hooks.example.com:81/secret", "hooks.example.com:81"],
    ["https", "no address", "…"],
    ["sqs", "arn:aws:sqs:eu-central-1:123456789012:alerts", "alerts"],
    ["lambda", "alerts", "alerts"],
  ])("by %s keeps enough to know it by: %s is %s", (protocol, endpoint, masked) => {
    expect(maskEndpoint(protocol, endpoint)).toBe(masked);
  });
});
