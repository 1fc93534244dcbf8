import { describe, expect, test } from "vitest";
import { canAnswer, MAX_ANSWERS } from "../../../lambda/incident/acknowledge.ts";
import { toOfferedAnswers } from "../../../lambda/incident/answers.ts";
import { later, securityEvent } from "../../support/notices.ts";
import { answersOf, storedAlert } from "../../support/stored-alerts.ts";

describe("an alert", () => {
  test.each([
    ["none", false],
    ["pending", true],
    ["published", false],
    ["open", true],
    ["acknowledged", true],
    ["superseded", true],
    ["lapsed", true],
  ] as const)("that is %s takes an answer: %s", (alert, takes) => {
    expect(canAnswer(storedAlert({ alert }))).toBe(takes);
    expect(canAnswer(storedAlert({ alert, event: securityEvent({ test: true }) }))).toBe(false);
  });

  test("takes ten answers", () => {
    expect(MAX_ANSWERS).toBe(10);
    expect(canAnswer(storedAlert({ answers: answersOf(9) }))).toBe(true);
    expect(canAnswer(storedAlert({ answers: answersOf(10) }))).toBe(false);
  });
});

describe("what is offered to who answers", () => {
  const off = later(3, { event: "PIN_REQUEST_SUCCESS" });
  const ALWAYS = ["planned", "handling"];
  const ALL = [...ALWAYS, "pin-set", "moved"];

  test.each([
    ["a reset request alone", storedAlert(), [], ALWAYS],
    ["a PIN that was set since", storedAlert(), [later(3, { event: "PIN_CHANGED" })], ALWAYS],
    ["a protection turned off by this event", storedAlert({ event: off }), [], ALL],
    ["a protection turned off since", storedAlert(), [later(2), off], ALL],
    ["an alert that takes none", storedAlert({ alert: "published" }), [off], []],
  ])("about %s", (_what, stored, history, offered) => {
    expect(toOfferedAnswers(stored, history)).toEqual(offered);
  });
});
