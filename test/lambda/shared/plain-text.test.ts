import { describe, expect, test } from "vitest";
import {
  capitalise,
  clip,
  countRows,
  toAscii,
  toColumns,
  toGsm,
  toOneLine,
  toPlain,
  toUnformatted,
  toUrl,
  wrap,
} from "../../../lambda/shared/plain-text.ts";

const word = (length: number) => "x".repeat(length);

describe("text that every protocol can carry", () => {
  test.each([
    ["a line\nbreak\r\n", "a line break"],
    ["U+2028 \u2028 and U+2029 \u2029.", "U+2028   and U+2029  ."],
    ["a change of direction \u202e", "a change of direction"],
    ["NUL \u0000 and ESC \u001b[31m", "NUL   and ESC  [31m"],
    ["a soft\u00adhyphen and a joiner \u200d", "a soft hyphen and a joiner"],
    ["half \ud83d of it", "half \ufffd of it"],
    ["whole 😀 é", "whole 😀 é"],
    ["  \t ", ""],
    [word(151), word(150)],
  ])("%j is one line: %j", (text, plain) => {
    expect(toPlain(text)).toBe(plain);
  });

  test.each([
    ["abcdef", 4, "abcd"],
    ["abc def", 4, "abc"],
    ["abc😀", 4, "abc\ufffd"],
  ])(
    "%j is cut at %d characters, no half of one and no blank at its end: %j",
    (text, length, cut) => {
      expect(toPlain(text, length)).toBe(cut);
    },
  );

  test("keeps the space around it where a column needs it", () => {
    expect(toOneLine("  a\nb  ", 5)).toBe("  a b");
  });
});

test.each([
  ["abcd", "abcd"],
  ["abcde", "ab.."],
  ["a😀cde", "a\ufffd.."],
])("%j clipped to 4 characters is %j", (text, clipped) => {
  expect(clip(text, 4)).toBe(clipped);
});

test.each([
  ["Crédit Zürich", "Credit Zurich"],
  ["ﬁ ½", "fi 1?2"],
  ["日 😀 ß", "? ? ?"],
  [" !~", " !~"],
  ["\u007f\u001f", "??"],
])("printable ASCII of %j is %j", (text, ascii) => {
  expect(toAscii(text)).toBe(ascii);
});

test.each(["", "Éa b", "éa b"])("%j begins with a capital", (text) => {
  expect(capitalise(text)).toBe(text && "Éa b");
});

test("what counts double in GSM-7 is replaced, and nothing else of ASCII", () => {
  expect(toGsm("[]{}\\^~|`")).toBe("?????????");
  const rest = " !\"#$%&'()*+,-./0123456789:;<=>?@AZ_az";
  expect(toGsm(rest)).toBe(rest);
  expect(toGsm("Zürich 😀")).toBe("Zurich ?");
});

test.each([
  ["<!channel> @here *b* _i_ ~s~ `c`", "  channel   here  b   i   s   c "],
  ["[click](https://evil.example)", " click (https:  evil. example)"],
  ["a。example b．example c｡example", "a. example b. example c. example"],
  ["version 1.2, so: (yes; +1)? 'q' \"r\" -", "version 1.2, so: (yes; +1)? 'q' \"r\" -"],
  ["é日\u0301", "é日\u0301"],
])("without format, %j is %j", (text, unformatted) => {
  expect(toUnformatted(text)).toBe(unformatted);
});

test.each([
  ["https://example.com/RUNBOOK.md#x", true],
  ["http://localhost:3000/a?b=c&d=[e]~;!", true],
  ["https://", false],
  ["javascript:https://example.com", false],
  ["https://example.com/a b", false],
  ["https://example.com/<a", false],
  ["https://example.com/a>", false],
  ["https://example.com/é", false],
  ["https://example.com/\n", false],
])("%j is an address: %s", (text, isAddress) => {
  expect(toUrl(text)).toBe(isAddress ? text : "");
});

describe("wrapped text has 72 columns at most", () => {
  test.each([
    ["", "", [""]],
    ["a b", "  ", ["  a b"]],
    [`${word(36)} ${word(35)}`, "", [`${word(36)} ${word(35)}`]],
    [`${word(36)} ${word(36)}`, "", [word(36), word(36)]],
    [`a ${word(36)} ${word(35)}`, "", [`a ${word(36)}`, word(35)]],
    [`${word(36)} ${word(34)}`, "  ", [`  ${word(36)}`, `  ${word(34)}`]],
    [`${word(36)} ${word(33)}`, "  ", [`  ${word(36)} ${word(33)}`]],
    [`a ${word(100)} b`, " ", [" a", ` ${word(100)}`, " b"]],
    [word(100), "1. ", [`1. ${word(100)}`]],
  ])("unless a word is longer: %j, indented by %j", (text, indent, lines) => {
    expect(wrap(text, indent)).toEqual(lines);
  });

  test("and begins its further lines as it is asked to", () => {
    const lines = [`1. ${word(36)}`, `   ${word(37)}`, `   ${word(35)}`];
    expect(wrap(`${word(36)} ${word(37)} ${word(35)}`, "1. ", "   ")).toEqual(lines);
  });
});

test.each([
  [0, 1],
  [72, 1],
  [73, 2],
  [145, 3],
])("%d characters take %d rows of a screen", (length, rows) => {
  expect(countRows(word(length))).toBe(rows);
});

describe("columns", () => {
  test("are as wide as their widest cell, without blanks at the end", () => {
    const rows = [
      ["a", "bb", "c"],
      ["aaa", "b", ""],
    ];
    expect(toColumns(rows, [9, 9, 9])).toEqual(["  a    bb  c", "  aaa  b"]);
    expect(toColumns([], [9])).toEqual([]);
  });

  test("are cut to what is allowed, and what nothing is said of is cut away", () => {
    expect(toColumns([["12345", "1234"]], [4, 4], "")).toEqual(["12..  1234"]);
    expect(toColumns([["12345"]], [1])).toEqual(["  .."]);
    expect(toColumns([["a"], ["b", "c"]], [9, 9])).toEqual(["  a", "  b  c"]);
    expect(toColumns([["abc", "d"]], [9])).toEqual(["  abc  .."]);
  });
});
