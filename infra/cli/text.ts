import { styleText } from "node:util";
import { wrap as wrapAt } from "../../lambda/shared/plain-text.ts";

export const WIDTH = 80;

/** Lines of at most `width` columns; words longer than that, such as addresses, stay whole. */
export function wrap(text: string, indent = "", width = WIDTH): string[] {
  return wrapAt(text, indent, indent, width);
}

type Color = "green" | "red" | "yellow" | "bold" | "dim";

/** Coloured where stdout is a terminal and NO_COLOR is not set. */
export function paint(color: Color, text: string): string {
  return styleText(color, text, { stream: process.stdout });
}

/**
 * Text that came from outside, for a terminal: without what would move the cursor, change colours,
 * the window's title or the direction of writing.
 */
export function toPrintable(text: string): string {
  return text.toWellFormed().replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\ufffd");
}
