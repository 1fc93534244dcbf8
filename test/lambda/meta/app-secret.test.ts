import { describe, expect, test } from "vitest";
import { findAppSecretFault } from "../../../lambda/meta/app-secret.ts";

describe("an app secret", () => {
  const HEX = "0123456789abcdef0123456789abcdef";
  const LINE = "ends in a line break: set it without one (`printf %s` instead of `echo`)";
  const SPACE = "has a space before or after it";
  const INSIDE = "has a space or line break in it";
  const CASE = "has upper-case letters: Meta shows it in lower case";
  const FORM =
    "is not of Meta's form, 32 hex digits (0-9, a-f): it may be a token or another setting";

  test.each([
    ["of Meta's form", HEX, undefined],
    ["empty", "", "is empty"],
    ["with a line break", `${HEX}\n`, LINE],
    ["with Windows' line break", `${HEX.toUpperCase()}\r\n`, LINE],
    ["with blanks and a line break", `  ${HEX} \t\n \n`, LINE],
    ["of another length with a line break", `${HEX}0\n`, SPACE],
    ["after other letters and with a line break", `x${HEX}\n`, SPACE],
    ["before a line break and more", `${HEX}\nx`, INSIDE],
    ["after a space", ` ${HEX}`, SPACE],
    ["after spaces", `  ${HEX}`, SPACE],
    ["before a space", `${HEX} `, SPACE],
    ["before spaces", `${HEX}\t\t`, SPACE],
    ["between spaces", ` ${HEX} `, INSIDE],
    ["with a space inside", `${HEX.slice(1)} `.replace(/^(.)/, "$1 "), INSIDE],
    ["of two words", `${HEX.slice(16)} ${HEX.slice(16)}`, INSIDE],
    ["of blanks", "  ", INSIDE],
    ["in upper case", HEX.toUpperCase(), CASE],
    ["in upper case, too long", `${HEX.toUpperCase()}0`, FORM],
    ["too short", HEX.slice(1), "has 31 characters: Meta's have 32"],
    ["too long", `${HEX}0`, "has 33 characters: Meta's have 32"],
    ["of other letters", `g${HEX.slice(1)}`, FORM],
    ["after other letters", `x${HEX}`, FORM],
    ["before other letters", `${HEX}x`, FORM],
    ["of a token", "EAAJ|x", FORM],
  ])("%s", (_what, text, fault) => {
    expect(findAppSecretFault(text)).toBe(fault);
  });
});
