/** One line of what came from outside, without characters that move, hide or reorder others. */
export function toPlainLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, " ")
    .slice(0, 60)
    .toWellFormed()
    .trim();
}
