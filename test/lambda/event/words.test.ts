import { describe, expect, test } from "vitest";
import { ANSWER_KINDS } from "../../../lambda/event/answer.ts";
import { toAnswerWords, toEventWords, toNumber } from "../../../lambda/event/words.ts";

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
