import { describe, expect, test } from "vitest";
import { toNumber } from "../../../lambda/event/words.ts";

describe("a number", () => {
  test.each([
    ["15550783881", "+15550783881"],
    ["12345", "+12345"],
    ["123456789012345", "+123456789012345"],
    ["1234", "1234"],
    ["1234567890123456", "1234567890123456"],
    ["+15550783881", "+15550783881"],
    ["x15550783881", "x15550783881"],
    ["", "a number that Meta did not name"],
    [undefined, "a number that Meta did not name"],
  ])("that came as %j is written as %j", (displayPhoneNumber, text) => {
    expect(toNumber(displayPhoneNumber === undefined ? {} : { displayPhoneNumber })).toBe(text);
  });
});
