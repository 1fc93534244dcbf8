import { describe, expect, test } from "vitest";
import {
  collect,
  integerBetween,
  parseDelays,
  parseDuration,
  parseSince,
  parseUnixTime,
  parseUntil,
  parseUrl,
  toPhoneNumber,
} from "../../../infra/cli/arguments.ts";
import { createCommand, toDataFlags } from "../../../infra/cli/command.ts";
import { findNearest } from "../../../infra/cli/nearest.ts";
import { assertNothingSwallowed } from "../../../infra/cli/npm.ts";

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
  expect(["0", "65535"].map(parse)).toEqual([0, 65_535]);
  expect(() => integerBetween("A limit", 1)("0")).toThrow("A limit is a whole number from 1.");
  for (const text of ["65536", "-1", "1.5", "1e3", "0x10", " 1", ""]) {
    expect(() => parse(text)).toThrow("A port is a whole number from 0 to 65535.");
  }
});

test("a text and an address are refused with the rule", () => {
  expect(() => collect(" ")).toThrow("It must not be empty.");
  expect(["http://a", "https://a/b"].map(parseUrl)).toEqual(["http://a", "https://a/b"]);
  expect(() => parseUrl("ftp://a")).toThrow("It must be an address such as https://example.com");
});

test("a time in milliseconds is refused, with the seconds that were meant", () => {
  expect(parseUnixTime("1795515767")).toBe(1_795_515_767);
  expect(() => parseUnixTime("-1")).toThrow("A time is a whole number of Unix seconds, or now.");
  expect(parseUnixTime("now", 1_795_515_767_999)).toBe(1_795_515_767);
  expect(() => parseUnixTime("1795515767000")).toThrow("looks like milliseconds: 1795515767.");
  expect(parseUnixTime("99999999999")).toBe(99_999_999_999);
  expect(() => parseUnixTime("100000000000")).toThrow("looks like milliseconds: 100000000.");
});

const NOW = Date.parse("2026-01-31T12:00:00.900Z");
/** Without a time zone a time is UTC, wherever the operator is. */
process.env.TZ = "Asia/Tokyo";

describe("a time", () => {
  test.each([
    ["2026-01-31", "2026-01-31T00:00:00Z", "2026-01-31T23:59:59Z"],
    ["2026-01-31T12:00Z", "2026-01-31T12:00:00Z"],
    ["2026-01-31T12:00", "2026-01-31T12:00:00Z"],
    ["2026-01-31T12:00:30.5+02:00", "2026-01-31T10:00:30Z"],
    ["90m", "2026-01-31T10:30:00Z"],
    ["12h", "2026-01-31T00:00:00Z"],
    ["30d", "2026-01-01T12:00:00Z"],
    ["4w", "2026-01-03T12:00:00Z"],
  ])(
    "%s begins there with --since, and a day is meant to its end with --until",
    (text, since, until = since) => {
      expect(parseSince(text, NOW)).toBe(Date.parse(since) / 1000);
      expect(parseUntil(text, NOW)).toBe(Date.parse(until) / 1000);
    },
  );

  test.each(["2026-02-30", "2026-01-31T25:00", "31.1.2026", "90s", "1h30m"])(
    "%s is none",
    (text) => {
      expect(() => parseSince(text, NOW)).toThrow("It must be a date");
      expect(() => parseUntil(text, NOW)).toThrow("It must be a date");
    },
  );
});

test("how long is in minutes, hours or days", () => {
  expect(["0m", "30m", "2h", "7d"].map(parseDuration)).toEqual([
    0, 1_800_000, 7_200_000, 604_800_000,
  ]);
  for (const text of ["30", "30s", "1w", "-1h", "1000000m"]) {
    expect(() => parseDuration(text)).toThrow("It must look like 30m, 2h or 7d.");
  }
});

test("a phone number is taken in any usual spelling, and what is none is left as it is", () => {
  expect(["+1 (555) 078-3881", "1.555/0783881", "Support 1"].map(toPhoneNumber)).toEqual([
    "15550783881",
    "15550783881",
    "Support 1",
  ]);
});

test("the nearest candidate is meant, if one is near", () => {
  const candidates = ["PIN_REQUEST_SUCCESS", "PIN_CHANGED", "PIN_CHANGER"];
  expect(findNearest("pin_changer", candidates)).toBe("PIN_CHANGER");
  expect(findNearest("PIN_CH", candidates), "five letters less").toBeUndefined();
  expect(findNearest("PIN_XXXXGED", candidates)).toBe("PIN_CHANGED");
});

test("the commands of the usual local run do not name its folder", () => {
  expect([".local", "a b"].map(toDataFlags)).toEqual(["", ' --data "a b"']);
});

test("an option that npm kept is shown with its value, quoted where a shell needs it", () => {
  const command = createCommand("status", "").option("--by-its-link", "");
  const kept = { npm_config_stack: "true", npm_config_data: "a b", npm_config_json: "" };
  const env = { npm_lifecycle_event: "status", ...kept };
  const flag = { ...env, npm_config_by_its_link: "true" };
  expect(() => assertNothingSwallowed(command, ["Prod", "x y"], flag)).toThrow(
    /^npm kept --stack, --data, --by-its-link for itself, and .* the options\.\nnpm run status -- "x y" --stack Prod --data "a b" --by-its-link$/,
  );
  expect(() => assertNothingSwallowed(command, [], env)).toThrow('-- --stack "…" --data "a b"');
  expect(() =>
    assertNothingSwallowed(command, [], { ...env, npm_lifecycle_event: "test" }),
  ).not.toThrow();
});
