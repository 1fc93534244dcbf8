import { describe, expect, test } from "vitest";
import {
  isEventKey,
  NO_EVENT_KEY,
  serialise,
  toEventKey,
  toKeyText,
  toSeconds,
} from "../../../lambda/event/event-key.ts";

const WHOLE = {
  event: "PIN_RESET_REQUEST",
  displayPhoneNumber: "15550783881",
  requester: "61555822107539",
  areWhole: true,
};
const NONE = {
  event: undefined,
  displayPhoneNumber: undefined,
  requester: undefined,
  areWhole: false,
};
const VALUE = '{"note":1}';
const RECEIVED = Date.parse("2026-11-24T03:12:01Z");
const ZERO = "0".repeat(16);
const DEEP = JSON.parse("[".repeat(20_000) + "]".repeat(20_000));

// Written down, not computed by our own code: openssl dgst -sha256 of the JSON list. A redelivery
// that is a week old must find its event, so these never change from one version to the next.
describe("the key of an event is the same in every version", () => {
  test.each([
    ["documented fields and time", 1748811473, WHOLE, "0000001748811473#ba445a94d9cd2d53"],
    ["a time in digits", "1748811473", WHOLE, "0000001748811473#ba445a94d9cd2d53"],
    ["the time 0", 0, WHOLE, `${ZERO}#2737d3ba68ac2497`],
    ["the last safe time", 9007199254740991, WHOLE, "9007199254740991#2737d3ba68ac2497"],
    [
      "no requester",
      1748811473,
      { ...WHOLE, requester: undefined },
      "0000001748811473#7bc7357927dda497",
    ],
    ["a time below zero", -1, WHOLE, `${ZERO}#c1e4374a6c05dd45`],
    ["a fraction of a second", 1.5, WHOLE, "0000000000000001#0d19f5c52cd4a156"],
    ["no time", undefined, WHOLE, `${ZERO}#8b13e50d9c804c1c`],
    ["the time null", null, WHOLE, `${ZERO}#8b13e50d9c804c1c`],
    ["a time that is text", "x", WHOLE, `${ZERO}#b93ac8917d62317c`],
    ["a time with a blank before it", " 12", WHOLE, `${ZERO}#add1cd2bff5a5a46`],
    ["a time beyond what is exact", 2 ** 53, WHOLE, `${ZERO}#04c491985a4ed81e`],
    ["a time nested too deep to be written down", DEEP, WHOLE, `${ZERO}#d9e018aa225c0a1d`],
    ["undocumented fields", 1748811473, NONE, "0000001748811473#b933893561cb504b"],
  ])("for %s", (_, time, fields, key) => {
    expect(toEventKey({ time, fields, valueText: VALUE, receivedAt: RECEIVED })).toBe(key);
  });

  test("for a value that can't be written down", () => {
    const given = { time: 1748811473, fields: NONE, valueText: undefined, receivedAt: RECEIVED };
    expect(toEventKey(given)).toBe("0000001748811473#4786a0d72bc49123");
  });
});

describe("an event whose time Meta cannot mean", () => {
  const DAY = 86_400_000;
  const keyAt = (receivedAt: number, time: unknown = undefined) =>
    toEventKey({ time, fields: WHOLE, valueText: VALUE, receivedAt });

  test.each([undefined, "soon", -1, 1, 1_795_489_921_000_000])(
    "(%j) is the same on the day of its receipt, and another one later",
    (time) => {
      expect(keyAt(RECEIVED + 20 * 3_600_000, time)).toBe(keyAt(RECEIVED, time));
      expect(keyAt(RECEIVED + DAY, time)).not.toBe(keyAt(RECEIVED, time));
      expect(keyAt(RECEIVED + 365 * DAY, time)).not.toBe(keyAt(RECEIVED, time));
    },
  );

  test("is no event of a time that Meta can mean, however late it is delivered again", () => {
    expect(keyAt(RECEIVED + 7 * DAY, 1_795_489_920)).toBe(keyAt(RECEIVED, 1_795_489_920));
  });
});

test.each([
  [0, 0],
  [1, 1],
  [-1, -1],
  [1.5, 1.5],
  ["0001748811473", 1748811473],
  ["9".repeat(15), 999_999_999_999_999],
  [-Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER],
  [-0.999, undefined],
  [-(2 ** 53), undefined],
  [Number.NaN, undefined],
  ["", undefined],
  ["12\n", undefined],
  ["-5", undefined],
  ["1e5", undefined],
  ["9".repeat(16), undefined],
  [[5], undefined],
])("Meta's time %j is %j seconds", (time, seconds) => {
  expect(toSeconds(time)).toBe(seconds);
});

test("only events' keys have the shape of one", () => {
  expect(isEventKey("0000001748811473#ba445a94d9cd2d53")).toBe(true);
  expect(isEventKey(NO_EVENT_KEY)).toBe(true);
  for (const key of ["single", "memory", "account#102290129340398", "", "0000001748811473#"]) {
    expect(isEventKey(key)).toBe(false);
  }
});

test.each([
  [{ a: [1, "é\ud800"] }, '{"a":[1,"é\\ud800"]}'],
  [undefined, "null"],
  [0, "0"],
  [DEEP, undefined],
])("what is written down as JSON: %#", (value, text) => {
  expect(serialise(value)).toBe(text);
});

describe("a text as a key", () => {
  test.each([" ", "x".repeat(1024), "é".repeat(512)])(
    "stays as it is while DynamoDB takes it",
    (text) => {
      expect(toKeyText(text)).toBe(text);
    },
  );

  test.each([
    ["empty", "", "~12ae32cb1ec02d01eda3581b127c1fee3b0dc53572ed6baf239721a03d82e126"],
    [
      "one byte too long",
      "x".repeat(1025),
      `${"x".repeat(64)}~e09b46f2b01c5612484e305152f309de3fee1cab8c6e2c3c4b68430dc5b6bffb`,
    ],
    [
      "not well-formed",
      "a\ud800",
      "a\ufffd~531c28f37673134cd12fb477cdfb22a4549871e738668b67354159d7094d13fe",
    ],
  ])("that is %s is its beginning and a digest of all of it", (_, text, key) => {
    expect(toKeyText(text)).toBe(key);
  });
});
