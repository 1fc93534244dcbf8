import { describe, expect, test } from "vitest";
import {
  toDigits,
  toFullNumber,
  toMaskedNumber,
  toNumberLabel,
} from "../../../../lambda/alert/content/number-text.ts";

const numberLabels = { "15550783881": "Support DE" };
const number = (displayPhoneNumber: string) => ({ displayPhoneNumber });

test("a number's digits are what a label is found by, however Meta writes it", () => {
  expect(toDigits(number("+1 (555) 078-3881"))).toBe("15550783881");
  expect(toDigits({})).toBe("");
  expect(toNumberLabel(number("+1 555-078-3881"), { numberLabels })).toBe("Support DE");
});

describe("a number's label", () => {
  test("is none where the settings have none", () => {
    expect(toNumberLabel(number("15550783882"), { numberLabels })).toBeUndefined();
    expect(toNumberLabel({}, { numberLabels })).toBeUndefined();
  });

  test("is one line of at most 40 characters", () => {
    const labels = { "1": "a\nb", "2": "x".repeat(41) };
    expect(toNumberLabel(number("1"), { numberLabels: labels })).toBe("a b");
    expect(toNumberLabel(number("2"), { numberLabels: labels })).toBe("x".repeat(40));
  });
});

describe("a number for those who must find it", () => {
  test.each([
    ["15550783881", "15550783881 (Support DE)"],
    ["+1 555-078-3881", "+1 555-078-3881 (Support DE)"],
    ["15550783882", "15550783882"],
    ["", "not given"],
    ["9".repeat(24), "9".repeat(24)],
    ["9".repeat(25), `${"9".repeat(22)}..`],
  ])("%j is %j", (displayPhoneNumber, full) => {
    expect(toFullNumber({ displayPhoneNumber }, { numberLabels })).toBe(full);
  });

  test("that is missing is not given", () => {
    expect(toFullNumber({}, { numberLabels })).toBe("not given");
  });

  test("has at most 30 characters of its label, and no brackets around none", () => {
    const labels = { "1": "x".repeat(30), "2": "x".repeat(31), "3": "" };
    expect(toFullNumber(number("1"), { numberLabels: labels })).toBe(`1 (${"x".repeat(30)})`);
    expect(toFullNumber(number("2"), { numberLabels: labels })).toBe(`2 (${"x".repeat(28)}..)`);
    expect(toFullNumber(number("3"), { numberLabels: labels })).toBe("3");
  });
});

describe("a number on a locked screen", () => {
  test.each([
    ["15550783881", "Support DE ..3881"],
    ["15550783882", "number ..3882"],
    ["12345", "number ..2345"],
    ["1234", "unknown number"],
    ["", "unknown number"],
  ])("%j is %j", (displayPhoneNumber, masked) => {
    expect(toMaskedNumber({ displayPhoneNumber }, { numberLabels })).toBe(masked);
  });

  test("has at most 14 characters of its label, in GSM-7", () => {
    const labels = { "11111": "Zürich [Nord]!", "22222": "Zürich Nordwest" };
    expect(toMaskedNumber(number("11111"), { numberLabels: labels })).toBe("Zurich ?Nord?! ..1111");
    expect(toMaskedNumber(number("22222"), { numberLabels: labels })).toBe("Zurich Nordw.. ..2222");
  });
});
