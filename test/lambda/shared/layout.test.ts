import { describe, expect, test } from "vitest";
import { toColumns, wrapMail } from "../../../lambda/shared/plain-text.ts";

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
