import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cleanName,
  MAX_NAME_LENGTH,
  parseName,
  parseSubmission,
} from "../../../lambda/incident/submission.ts";

function bodyOf(...fields: [string, string][]): Buffer {
  return Buffer.from(new URLSearchParams(fields).toString());
}

test("a form with a name and an offered answer is taken, whatever other fields came with it", () => {
  const name = " Zoe\u0308  Muster ";
  const body = bodyOf(["name", name], ["answer", "planned"], ["__proto__", "x"], ["more", "y"]);
  expect(parseSubmission(body, ["planned"])).toEqual({
    isValid: true,
    name: "Zo\u00eb Muster",
    answer: "planned",
  });
});

const NAME_MISSING = { name: "Enter your name." };
const ANSWER_MISSING = { answer: "Choose an answer." };

describe("a form that can't be taken", () => {
  test.each([
    ["nothing", "", { ...NAME_MISSING, ...ANSWER_MISSING }],
    ["no name", "answer=planned", NAME_MISSING],
    ["a name of spaces", "answer=planned&name=+%E3%85%A4%C2%A0", NAME_MISSING],
    ["two names", "answer=planned&name=a&name=b", NAME_MISSING],
    ["no answer", "name=Ann", ANSWER_MISSING],
    ["an answer that is not offered", "name=Ann&answer=moved", ANSWER_MISSING],
    ["an answer that does not exist", "name=Ann&answer=toString", ANSWER_MISSING],
  ])("says what is wrong: %s", (_what, body, errors) => {
    const submission = parseSubmission(Buffer.from(body), ["planned"]);
    expect(submission).toEqual(expect.objectContaining({ isValid: false, errors }));
  });

  test("keeps what was typed and chosen", () => {
    const body = bodyOf(["name", "Ann"], ["answer", "moved"]);
    expect(parseSubmission(body, ["planned"])).toMatchObject({ name: "Ann", answer: "moved" });
    expect(parseSubmission(bodyOf(), ["planned"])).toMatchObject({ name: "", answer: "" });
  });

  test("says that none is needed any more where no answer is offered", () => {
    const body = bodyOf(["name", "Ann"], ["answer", "planned"]);
    const errors = { answer: "No further answer can be given here." };
    expect(parseSubmission(body, [])).toMatchObject({ isValid: false, errors });
  });
});

describe("a name", () => {
  test.each([
    ["line breaks", "Ann\r\nBcc: all@example.com", "Ann Bcc: all@example.com"],
    ["a change of direction", "Ann\u202egnp.exe", "Anngnp.exe"],
    ["characters that nobody sees", "A\u200bn\u2060n\ufeff\u00ad", "Ann"],
    ["terminal commands", "\u001b[31mAnn", "[31mAnn"],
    ["half a character", "Ann\ud800", "Ann\ufffd"],
    ["a pile of accents", `Ann${"\u0316\u0317\u0318\u0319".repeat(20)}`, "Ann\u0316\u0317"],
  ])("loses %s", (_what, given, clean) => {
    expect(cleanName(given)).toBe(clean);
  });

  test("stays as people write it", () => {
    const names = ["李雷", "Ольга", "O’Neil-Šmíd", "محمد", "Ann (on call) 2"];
    expect(names.map(cleanName)).toEqual(names);
  });

  test("is one visible line that cleaning leaves alone, whatever is sent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const name = cleanName(text);
        expect(cleanName(name)).toBe(name);
        expect(name).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  test("is short or refused, whatever bytes are sent", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const body = Buffer.concat([Buffer.from("answer=planned&name="), bytes]);
        const submission = parseSubmission(body, ["planned"]);
        const length = submission.isValid ? [...submission.name].length : 0;
        expect(length).toBeLessThanOrEqual(MAX_NAME_LENGTH);
      }),
    );
  });
});

test.each([
  ["  Ann \u202e Example\n", { name: "Ann Example" }],
  ["7", { name: "7" }],
  ["?!", { error: "Enter your name." }],
  ["", { error: "Enter your name." }],
  [`${"\u{1f600}".repeat(58)}ab`, { name: `${"\u{1f600}".repeat(58)}ab` }],
  ["x".repeat(61), { error: "Use at most 60 characters." }],
])("a name that is given alone, %j, is cleaned and checked", (text, result) => {
  expect(parseName(text)).toEqual(result);
});
