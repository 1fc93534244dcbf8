import { describe, expect, test } from "vitest";
import { toForm } from "../../../lambda/incident/form.ts";
import { MAX_NAME_LENGTH } from "../../../lambda/incident/submission.ts";

const OFFERED = ["planned", "handling"] as const;
const NAME_ERROR = "Enter your name.";
const ANSWER_ERROR = "Choose an answer.";

describe("the form of an answer", () => {
  test("that was not sent yet stays as it was reviewed", () => {
    expect(toForm(["planned", "handling", "pin-set", "moved"]).markup).toMatchSnapshot();
  });

  test("asks for a name as long as one may be, and for one of the answers", () => {
    expect(MAX_NAME_LENGTH).toBe(60);
    const { markup } = toForm(OFFERED);
    expect(markup).toContain('name="name" value="" required maxlength="60"');
    expect(markup.match(/type="radio" name="answer" value="\w+" required>/g)).toHaveLength(2);
  });

  test.each([
    ["both fields", { name: NAME_ERROR, answer: ANSWER_ERROR }],
    ["the name", { name: NAME_ERROR }],
    ["the answer", { answer: ANSWER_ERROR }],
  ])("that came back for %s stays as it was reviewed", (_which, errors) => {
    const given = { isValid: false, name: "<Ann>", answer: "handling", errors } as const;
    expect(toForm(OFFERED, { given }).markup).toMatchSnapshot();
  });

  test("has no error where there was none", () => {
    const { markup } = toForm(OFFERED, {
      given: { isValid: true, name: "Ann", answer: "planned" },
    });
    expect(markup).not.toMatch(/error|aria-invalid|autofocus/);
    expect(markup).toContain('value="Ann"');
    expect(markup).toContain('value="planned" required checked>');
  });
});
