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
});

test.each([
  ["+1 555-078-3881", "Support DE"],
  ["15550783882", undefined],
  [undefined, undefined],
  ["1", "a b"],
  ["2", "x".repeat(40)],
])(
  "the label of %j is one line of at most 40 characters, or none: %j",
  (displayPhoneNumber, label) => {
    const labels = { ...numberLabels, "1": "a\nb", "2": "x".repeat(41) };
    const event = displayPhoneNumber === undefined ? {} : { displayPhoneNumber };
    expect(toNumberLabel(event, { numberLabels: labels })).toBe(label);
  },
);

test.each([
  ["+1 555-078-3881", "+1 555-078-3881 (Support DE)"],
  ["15550783882", "15550783882"],
  ["", "not given"],
  ["9".repeat(24), "9".repeat(24)],
  ["9".repeat(25), `${"9".repeat(22)}..`],
  ["1", `1 (${"x".repeat(30)})`],
  ["2", `2 (${"x".repeat(28)}..)`],
  ["3", "3"],
])("for those who must find it, the number %j is %j", (displayPhoneNumber, full) => {
  const labels = { ...numberLabels, "1": "x".repeat(30), "2": "x".repeat(31), "3": "" };
  expect(toFullNumber({ displayPhoneNumber }, { numberLabels: labels })).toBe(full);
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
