type Cell = string | number | boolean | undefined;

/**
 * One record, quoted where it must be.
 * Source: https://www.rfc-editor.org/rfc/rfc4180
 */
export function toCsvLine(cells: readonly Cell[]): string {
  return cells.map(toCell).join(",");
}

function toCell(cell: Cell): string {
  if (typeof cell !== "string") return String(cell ?? "");
  const safe = toInert(cell);
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * What a spreadsheet would run as a formula gets an apostrophe in front, and so stays text.
 * Source: https://owasp.org/www-community/attacks/CSV_Injection
 */
function toInert(text: string): string {
  return /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
}
