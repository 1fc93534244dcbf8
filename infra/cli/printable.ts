/**
 * Text that came from outside, for a terminal: without what would move the cursor, change colours,
 * the window's title or the direction of writing.
 */
export function toPrintable(text: string): string {
  return text.toWellFormed().replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\ufffd");
}
