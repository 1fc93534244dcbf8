import { describe, expect, test } from "vitest";
import {
  clip,
  countRows,
  toAscii,
  toGsm,
  toOneLine,
  toPlain,
  toUnformatted,
  toUrl,
  wrap,
} from "../../../lambda/shared/plain-text.ts";

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
  ])("%j is one line: %j", (text, plain) => {
    expect(toPlain(text)).toBe(plain);
  });

  test("is cut at 150 characters, or where it is told to", () => {
    expect(toPlain("x".repeat(150))).toHaveLength(150);
    expect(toPlain("x".repeat(151))).toHaveLength(150);
    expect(toPlain("abcdef", 4)).toBe("abcd");
    expect(toPlain("abc def", 4), "no blank is left at its end").toBe("abc");
  });

  test("leaves no half of a character, at which the client of SNS would throw", () => {
    expect(toPlain("abc😀", 4)).toBe("abc\ufffd");
  });

  test("keeps the space around it where a column needs it", () => {
    expect(toOneLine("  a\nb  ", 5)).toBe("  a b");
  });
});

describe("clipped text", () => {
  test.each([
    ["abcd", 4, "abcd"],
    ["abcde", 4, "ab.."],
    ["", 4, ""],
    ["a😀cde", 4, "a\ufffd.."],
  ])("%j to %d characters is %j", (text, length, clipped) => {
    expect(clip(text, length)).toBe(clipped);
  });
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

test("what counts double in GSM-7 is replaced, and nothing else of ASCII", () => {
  expect(toGsm("[]{}\\^~|`")).toBe("?????????");
  const rest = " !\"#$%&'()*+,-./0123456789:;<=>?@AZ_az";
  expect(toGsm(rest)).toBe(rest);
  expect(toGsm("Zürich 😀")).toBe("Zurich ?");
});

describe("text without format", () => {
  test.each([
    ["<!channel> @here *b* _i_ ~s~ `c`", "  channel   here  b   i   s   c "],
    ["[click](https://evil.example)", " click (https:  evil. example)"],
    ["a。example b．example c｡example", "a. example b. example c. example"],
    ["version 1.2, so: (yes; +1)? 'q' \"r\" -", "version 1.2, so: (yes; +1)? 'q' \"r\" -"],
    ["é日\u0301", "é日\u0301"],
    ["a#b&c=d\\e|f😀", "a b c d e f "],
  ])("of %j is %j", (text, unformatted) => {
    expect(toUnformatted(text)).toBe(unformatted);
  });
});

describe("an address", () => {
  test.each(["https://example.com/RUNBOOK.md#x", "http://localhost:3000/a?b=c&d=[e]~;!"])(
    "%s is taken as it is",
    (url) => {
      expect(toUrl(url)).toBe(url);
    },
  );

  test.each([
    "",
    "https://",
    "ftp://example.com",
    "javascript:https://example.com",
    "https://example.com/a b",
    "https://example.com/<a",
    "https://example.com/a>",
    "https://example.com/é",
    "https://example.com/\n",
    " https://example.com/",
  ])("%j is none", (text) => {
    expect(toUrl(text)).toBe("");
  });
});

describe("wrapped text", () => {
  const [of36, of35] = ["x".repeat(36), "y".repeat(35)];

  test("goes to 72 columns and no further", () => {
    expect(wrap(`${of36} ${of35}`)).toEqual([`${of36} ${of35}`]);
    expect(wrap(`${of36} ${of36}`)).toEqual([of36, of36]);
    expect(wrap(`a ${of36} ${of35}`)).toEqual([`a ${of36}`, of35]);
  });

  test("begins its first line and the others as it is told to", () => {
    expect(wrap(`${of36} ${of36} ${of35}`, "1. ", "   ")).toEqual([
      `1. ${of36}`,
      `   ${of36}`,
      `   ${of35}`,
    ]);
    expect(wrap(`${of36} ${of36}`, "- ")).toEqual([`- ${of36}`, `- ${of36}`]);
  });

  test("has a line that is too long where a word is", () => {
    const long = "z".repeat(100);
    expect(wrap(`a ${long} b`, "1. ", "   ")).toEqual(["1. a", `   ${long}`, "   b"]);
    expect(wrap(long, "1. ", "   ")).toEqual([`1. ${long}`]);
  });

  test("of nothing is its beginning", () => {
    expect(wrap("")).toEqual([""]);
    expect(wrap("", "When: ")).toEqual(["When: "]);
  });
});

test.each([
  [0, 1],
  [1, 1],
  [72, 1],
  [73, 2],
  [144, 2],
  [145, 3],
])("%d characters take %d rows of a screen", (length, rows) => {
  expect(countRows("x".repeat(length))).toBe(rows);
});
