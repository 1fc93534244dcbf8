import { describe, expect, test } from "vitest";
import {
  toColumns,
  toDay,
  toMinute,
  toPlainLine,
  wrapMail,
} from "../../../lambda/shared/plain-text.ts";

describe("lines of a mail", () => {
  const word = (length: number) => "x".repeat(length);

  test.each([
    ["", "", [""]],
    ["a b", "", ["a b"]],
    ["a b", "  ", ["  a b"]],
    [`${word(36)} ${word(35)}`, "", [`${word(36)} ${word(35)}`]],
    [`${word(36)} ${word(36)}`, "", [word(36), word(36)]],
    [`${word(36)} ${word(34)}`, "  ", [`  ${word(36)}`, `  ${word(34)}`]],
    [`${word(36)} ${word(33)}`, "  ", [`  ${word(36)} ${word(33)}`]],
    [word(100), "", [word(100)]],
    [`a ${word(100)} b`, " ", [" a", ` ${word(100)}`, " b"]],
  ])("of %j, indented by %j, have 72 columns at most", (text, indent, lines) => {
    expect(wrapMail(text, indent)).toEqual(lines);
  });
});

describe("columns", () => {
  test("are as wide as their widest cell, without blanks at the end", () => {
    expect(
      toColumns(
        [
          ["a", "bb", "c"],
          ["aaa", "b", ""],
        ],
        [9, 9, 9],
      ),
    ).toEqual(["  a    bb  c", "  aaa  b"]);
  });

  test("are cut to what is allowed", () => {
    expect(toColumns([["12345", "1234"]], [4, 4], "")).toEqual(["12..  1234"]);
    expect(toColumns([["12345"]], [1])).toEqual(["  .."]);
  });

  test("that nothing is said of are cut away, and missing cells are empty", () => {
    expect(toColumns([["a"], ["b", "c"]], [9, 9])).toEqual(["  a", "  b  c"]);
    expect(toColumns([["abc", "d"]], [9])).toEqual(["  abc  .."]);
    expect(toColumns([], [9])).toEqual([]);
  });
});

test.each([
  [Date.parse("2026-11-24T23:59:59.999Z"), "2026-11-24", "2026-11-24 23:59 UTC"],
  [0, "1970-01-01", "1970-01-01 00:00 UTC"],
])("%i is told in UTC", (at, day, minute) => {
  expect(toDay(at)).toBe(day);
  expect(toMinute(at)).toBe(minute);
});

test("a day that is none is told as nothing", () => {
  expect(toDay(Number.NaN)).toBe("");
  expect(toDay(Number.POSITIVE_INFINITY)).toBe("");
});

test.each([
  ["plain", "plain"],
  ["  Zo\u00eb  Muster ", "Zo\u00eb  Muster"],
  ["a\nb\r\u2028\u2029c", "a b   c"],
  ["a\u202eb\u200bc\u0000", "a b c"],
  ["a\ud800b", "a\ufffdb"],
  ["x".repeat(61), "x".repeat(60)],
  [`${"x".repeat(59)}\u{1f600}`, `${"x".repeat(59)}\ufffd`],
])("%j from outside is shown as the line %j", (text, line) => {
  expect(toPlainLine(text)).toBe(line);
});
