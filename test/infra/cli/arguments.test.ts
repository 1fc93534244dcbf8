import { describe, expect, test } from "vitest";
import {
  integerBetween,
  parseDelays,
  parseSince,
  parseUnixTime,
  parseUntil,
} from "../../../infra/cli/arguments.ts";

describe("delays of repeats", () => {
  test.each([
    ["10s,30s", [1 / 6, 1 / 2]],
    ["5m, 15m, 1h", [5, 15, 60]],
    ["off", []],
  ])("%s are minutes", (text, minutes) => {
    expect(parseDelays(text)).toEqual(minutes);
  });

  test.each(["", "10", "30s,10s", "5m,5m", "1d", "0s"])("%j is refused with the rule", (text) => {
    expect(() => parseDelays(text)).toThrow("It must look like 10s,30s or 5m,15m,1h");
  });
});

test("a whole number is within its range, and nothing but digits", () => {
  const parse = integerBetween("A port", 0, 65_535);
  expect(parse("65535")).toBe(65_535);
  for (const text of ["65536", "-1", "1.5", "1e3", "0x10", " 1", ""]) {
    expect(() => parse(text)).toThrow("A port is a whole number from 0 to 65535.");
  }
});

test("a time in milliseconds is refused, with the seconds that were meant", () => {
  expect(parseUnixTime("1795515767")).toBe(1_795_515_767);
  expect(() => parseUnixTime("1795515767000")).toThrow("looks like milliseconds: 1795515767.");
});

describe("a day", () => {
  const at = (text: string) => Date.parse(text) / 1000;

  test("begins with --since, and is meant to its end with --until", () => {
    expect(parseSince("2026-01-31")).toBe(at("2026-01-31T00:00:00Z"));
    expect(parseUntil("2026-01-31")).toBe(at("2026-01-31T23:59:59Z"));
    expect(parseUntil("2026-01-31T12:00Z")).toBe(at("2026-01-31T12:00:00Z"));
  });

  test("that no month has is refused", () => {
    expect(() => parseSince("2026-02-30")).toThrow("It must be a date");
  });
});
