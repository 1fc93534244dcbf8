import { describe, expect, test } from "vitest";
import { ANSWER_KINDS } from "../../../lambda/event/answer.ts";
import {
  toAge,
  toAnswerWords,
  toEventWords,
  toNumber,
  toShortTime,
} from "../../../lambda/event/words.ts";

describe("an age", () => {
  const SECOND = 1_000;
  const MINUTE = 60 * SECOND;
  const HOUR = 60 * MINUTE;

  test.each([
    [-MINUTE, "1 minute"],
    [0, "1 minute"],
    [2 * MINUTE - 1, "1 minute"],
    [2 * MINUTE, "2 minutes"],
    [120 * MINUTE - 1, "119 minutes"],
    [120 * MINUTE, "2 hours"],
    [3 * HOUR - 1, "2 hours"],
    [3 * HOUR, "3 hours"],
    [48 * HOUR - 1, "47 hours"],
    [48 * HOUR, "2 days"],
    [72 * HOUR - 1, "2 days"],
    [72 * HOUR, "3 days"],
  ])("of %i ms is told as %s", (milliseconds, text) => {
    expect(toAge(milliseconds)).toBe(text);
  });
});

test.each([
  ["2026-11-24T03:12:07Z", "24 Nov, 03:12"],
  ["2026-01-05T23:59:59.999Z", "5 Jan, 23:59"],
])("the moment %s is told as %s", (iso, text) => {
  expect(toShortTime(new Date(iso))).toBe(text);
});

describe("a number", () => {
  test.each([
    ["15550783881", "+15550783881"],
    ["12345", "+12345"],
    ["123456789012345", "+123456789012345"],
    ["1234", "1234"],
    ["1234567890123456", "1234567890123456"],
    ["+15550783881", "+15550783881"],
    ["15550783881 ", "15550783881 "],
    ["x15550783881", "x15550783881"],
    ["", "a number that Meta did not name"],
    [undefined, "a number that Meta did not name"],
  ])("that came as %j is written as %j", (displayPhoneNumber, text) => {
    expect(toNumber(displayPhoneNumber === undefined ? {} : { displayPhoneNumber })).toBe(text);
  });
});

describe("the words for people", () => {
  test.each(["PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS", "PIN_CHANGED", "PIN_ODD"])(
    "of the event %s stay as they were reviewed",
    (event) => {
      expect(toEventWords({ event })).toMatchSnapshot();
    },
  );

  test("of an event without a name stay as they were reviewed", () => {
    expect(toEventWords({})).toMatchSnapshot();
  });

  test.each(ANSWER_KINDS)("of the answer %s stay as they were reviewed", (answer) => {
    expect(toAnswerWords(answer)).toMatchSnapshot();
  });
});
