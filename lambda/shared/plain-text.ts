const MAX_LENGTH = 150;

/**
 * One line of well-formed text without control or formatting characters: a lone surrogate makes the
 * SNS client throw before the wire, a line break or a change of direction forges a line of the mail.
 */
export function toPlain(text: string, maxLength = MAX_LENGTH): string {
  return toOneLine(text, maxLength).trim();
}

/** A short line of what came from outside. */
export function toPlainLine(text: string): string {
  return toPlain(text, 60);
}

/** As `toPlain`, but the space around the text stays. */
export function toOneLine(text: string, maxLength: number): string {
  const line = text.toWellFormed().replace(/[\p{C}\p{Zl}\p{Zp}]/gu, " ");
  return line.slice(0, maxLength).toWellFormed();
}

/** The text, or its beginning and "..". */
export function clip(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, Math.max(0, maxLength - 2)).toWellFormed()}..`;
}

/** Printable ASCII, accents taken off. */
export function toAscii(text: string): string {
  const base = text.normalize("NFKD").replace(/\p{M}/gu, "");
  return base.replace(/[^\x20-\x7e]/gu, "?");
}

/** Characters that are one septet in GSM-7. Source: 3GPP TS 23.038, 6.2.1 */
export function toGsm(text: string): string {
  return toAscii(text).replace(/[[\]{}\\^~|`]/g, "?");
}

/**
 * Text that no markdown of a chat reads as a link, a mention or formatting; a full stop
 * between letters would make a domain name, which chats and mail programs turn into a link.
 */
export function toUnformatted(text: string): string {
  return splitDomains(text).replace(/[^\p{L}\p{M}\p{N} .,:;()+?'"-]/gu, " ");
}

function splitDomains(text: string): string {
  return text.replace(/[.\u3002\uff0e\uff61](?=\p{L})/gu, ". ");
}

/** An address as browsers take it, or nothing. */
export function toUrl(text: string): string {
  return /^https?:\/\/[!-;=?-~]+$/.test(text) ? text : "";
}

export const COLUMNS = 72;

/** Lines of at most 72 columns; a word that is longer, such as an address, stays whole. */
export function wrap(text: string, first = "", rest = first, columns = COLUMNS): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ")) {
    const isFresh = line === first || line === rest;
    if (!isFresh && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = `${rest}${word}`;
    } else {
      line += isFresh ? word : ` ${word}`;
    }
  }
  return [...lines, line];
}

/** How many lines a screen of 72 columns takes for a text without line breaks. */
export function countRows(text: string): number {
  return Math.max(1, Math.ceil(text.length / COLUMNS));
}

/** Rows with their columns aligned, each cut to its widest allowed. */
export function toColumns(
  rows: readonly (readonly string[])[],
  maxWidths: readonly number[],
  indent = "  ",
): string[] {
  const widths = maxWidths.map((max, column) =>
    Math.min(max, Math.max(0, ...rows.map((row) => row[column]?.length ?? 0))),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      clip(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0),
    );
    return (indent + cells.join("  ")).trimEnd();
  });
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
