import { describe, expect, test } from "vitest";
import type { AnswerKind } from "../../../lambda/event/answer.ts";
import { toProtection } from "../../../lambda/incident/protection.ts";
import { ANSWER, later } from "../../support/notices.ts";

const REQUESTED = "Two-step verification is still on, as far as Meta has told.";
const OFF = "Two-step verification is off.";
const ON = "Two-step verification is on. Make sure that the new PIN is yours.";

function answerAt(minutes: number, answer: AnswerKind, name = "Ann Example") {
  return { ...ANSWER, name, answer, at: later(minutes).sentAt ?? "" };
}

describe("whether a number is protected", () => {
  test.each([
    ["PIN_RESET_REQUEST", REQUESTED],
    ["PIN_REQUEST_SUCCESS", OFF],
    ["PIN_CHANGED", ON],
    ["PIN_ODD", undefined],
  ])("is what %s says", (event, sentence) => {
    expect(toProtection([later(0, { event })], [])).toBe(sentence);
  });

  test("is not known where nothing has happened", () => {
    expect(toProtection([], [])).toBeUndefined();
  });

  test("is what was said last, in whatever order it is given", () => {
    const off = later(3, { event: "PIN_REQUEST_SUCCESS" });
    const on = later(4, { event: "PIN_CHANGED" });
    expect(toProtection([on, off], [])).toBe(ON);
    expect(toProtection([off, on, later(5, { event: "PIN_ODD" })], [])).toBe(ON);
  });

  test("goes by when Meta sent an event, and by its receipt where Meta named no time", () => {
    const off = later(3, { event: "PIN_REQUEST_SUCCESS" });
    const { sentAt: _, ...undated } = later(4, { event: "PIN_CHANGED" });
    const late = { ...later(1, { event: "PIN_CHANGED" }), receivedAt: later(9).receivedAt };
    expect(toProtection([undated, off], [])).toBe(ON);
    expect(toProtection([off, late], []), "sent before, received after").toBe(OFF);
  });

  test.each([
    ["pin-set", "Two-step verification is on, says Ann Example."],
    ["moved", "The number is no longer yours, says Ann Example."],
    ["planned", OFF],
    ["handling", OFF],
  ] as const)("after the answer %s is: %s", (answer, sentence) => {
    const off = later(3, { event: "PIN_REQUEST_SUCCESS" });
    expect(toProtection([off], [answerAt(4, answer)])).toBe(sentence);
    expect(toProtection([off], [answerAt(2, answer)]), "an older answer").toBe(OFF);
  });
});
