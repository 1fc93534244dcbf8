import { describe, expect, test } from "vitest";
import { toLastDigits, toMaskedNumber } from "../../../lambda/alert/content/number-text.ts";
import { toSms, toSubject } from "../../../lambda/alert/short-texts.ts";
import { countGsm7Septets } from "../../support/gsm7.ts";

describe("a subject", () => {
  test.each([
    ["x".repeat(101), "A", `${"x".repeat(98)}..`],
    ["é日", "", "e?"],
    ["x".repeat(92), "North", `${"x".repeat(92)} - North`],
    ["x".repeat(93), "North", "x".repeat(93)],
    ["x", " Zürich ", "x - Zurich"],
    ["x", "y".repeat(31), `x - ${"y".repeat(28)}..`],
    ["x", " ", "x"],
  ])("of %j and the label %j is printable ASCII of at most 100 characters", (text, label, line) => {
    expect(toSubject(text, false, { label })).toBe(line);
  });

  test("of a test says so first", () => {
    expect(toSubject("x", true, { label: "A" })).toBe("[TEST] x - A");
  });
});

test.each([
  ["+1 234", "unknown number", "unknown number"],
  ["12345", "number ..2345", "..2345"],
  ["+49 1512345", "Notfall Wien ..2345", "..2345"],
  ["15550783881", "Support Euro.. ..3881", "..3881"],
])("the number %s is on a locked screen %s, or beside others %s", (number, masked, last) => {
  const numberLabels = { "491512345": "Nötfall Wien", "15550783881": "Support Europa 1" };
  const event = { displayPhoneNumber: number };
  expect([toMaskedNumber(event, { numberLabels }), toLastDigits(event)]).toEqual([masked, last]);
});

describe("an SMS", () => {
  test.each([
    ["x".repeat(121), "Southern", `WhatsApp Southern: ${"x".repeat(121)}`],
    ["x".repeat(122), "Southern", `WhatsApp Southern: ${"x".repeat(119)}..`],
    ["x".repeat(121), "Southerns", `WhatsApp Southe..: ${"x".repeat(121)}`],
    ["x", "y".repeat(25), `WhatsApp ${"y".repeat(22)}..: x`],
    ["é[", " Zürich{ ", "WhatsApp Zurich?: e?"],
    ["x", " ", "WhatsApp security: x"],
  ])("of %j and the label %j has room for eight characters of the label", (text, label, line) => {
    expect(toSms(text, false, { label })).toBe(line);
  });

  test.each([
    ["x".repeat(200), "Southern", `[TEST] WhatsApp Southern: ${"x".repeat(110)}..`],
    ["x".repeat(100), "y".repeat(40), `[TEST] WhatsApp ${"y".repeat(18)}..: ${"x".repeat(100)}`],
  ])("of a test counts its brackets double", (text, label, line) => {
    expect(toSms(text, true, { label })).toBe(line);
    expect(countGsm7Septets(line)).toBe(140);
  });
});
