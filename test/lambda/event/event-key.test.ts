import { describe, expect, test } from "vitest";
import { serialise, toEventKey, toKeyText, toSeconds } from "../../../lambda/event/event-key.ts";

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
const ZERO = "0".repeat(16);
const DEEP = JSON.parse("[".repeat(20_000) + "]".repeat(20_000));

// Written down, not computed by our own code: openssl dgst -sha256 of the JSON list. A redelivery
// that is a week old must find its event, so these never change from one version to the next.
describe("the key of an event is the same in every version", () => {
  test.each([
    ["documented fields and time", 1748811473, WHOLE, "0000001748811473#ba445a94d9cd2d53"],
    ["a time in digits", "1748811473", WHOLE, "0000001748811473#ba445a94d9cd2d53"],
    ["the time 0", 0, WHOLE, `${ZERO}#ba445a94d9cd2d53`],
    ["the last safe time", 9007199254740991, WHOLE, "9007199254740991#ba445a94d9cd2d53"],
    [
      "no requester",
      1748811473,
      { ...WHOLE, requester: undefined },
      "0000001748811473#7bc7357927dda497",
    ],
    ["a time below zero", -1, WHOLE, `${ZERO}#55357a5ba750398a`],
    ["a fraction of a second", 1.5, WHOLE, "0000000000000001#c48f4b8511304410"],
    ["no time", undefined, WHOLE, `${ZERO}#71753ae1b7d3df04`],
    ["the time null", null, WHOLE, `${ZERO}#71753ae1b7d3df04`],
    ["a time that is text", "x", WHOLE, `${ZERO}#0afa38a9e49637cd`],
    ["a time with a blank before it", " 12", WHOLE, `${ZERO}#fe3fb73850901f0d`],
    ["a time beyond what is exact", 2 ** 53, WHOLE, `${ZERO}#b370aa921fdda1dc`],
    ["a time nested too deep to be written down", DEEP, WHOLE, `${ZERO}#a2bad83fcb9d298e`],
    ["undocumented fields", 1748811473, NONE, "0000001748811473#b933893561cb504b"],
  ])("for %s", (_, time, fields, key) => {
    expect(toEventKey(time, fields, VALUE)).toBe(key);
  });

  test("for a value that can't be written down", () => {
    const key = toEventKey(1748811473, NONE, undefined);
    expect(key).toBe("0000001748811473#4786a0d72bc49123");
  });
});

describe("Meta's time", () => {
  test.each([
    [0, 0],
    ["0", 0],
    [1, 1],
    [-1, -1],
    [1.5, 1.5],
    ["1748811473", 1748811473],
    ["0001748811473", 1748811473],
    ["9".repeat(15), 999_999_999_999_999],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [-Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER],
  ])("%j is %j seconds", (time, seconds) => {
    expect(toSeconds(time)).toBe(seconds);
  });

  test.each([
    0.5,
    -0.999,
    2 ** 53,
    -(2 ** 53),
    Number.POSITIVE_INFINITY,
    Number.NaN,
    "",
    " 12",
    "12 ",
    "12\n",
    "-5",
    "1.5",
    "1e5",
    "0x10",
    "9".repeat(16),
    null,
    undefined,
    true,
    [5],
    {},
  ])("%j is none", (time) => {
    expect(toSeconds(time)).toBeUndefined();
  });
});

describe("what is written down as JSON", () => {
  test.each([
    [{ a: [1, "é\ud800"] }, '{"a":[1,"é\\ud800"]}'],
    [null, "null"],
    [undefined, "null"],
    [0, "0"],
    ["", '""'],
    [false, "false"],
  ])("%j is %s", (value, text) => {
    expect(serialise(value)).toBe(text);
  });

  test("is nothing where it is nested too deep", () => {
    expect(serialise(DEEP)).toBeUndefined();
  });
});

describe("a text as a key", () => {
  test.each([" ", "0", "x".repeat(1024), "é".repeat(512), "😀".repeat(256)])(
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
