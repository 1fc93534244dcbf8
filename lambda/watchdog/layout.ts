/** Mails are read on telephones and in terminals. */
const MAIL_WIDTH = 72;

/** Lines of at most 72 columns; a word that is longer, such as an address, stays whole. */
export function wrapMail(text: string, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && indent.length + longer.length > MAIL_WIDTH) {
      lines.push(indent + line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, indent + line];
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
      cut(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0),
    );
    return (indent + cells.join("  ")).trimEnd();
  });
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(0, width - 2))}..` : text;
}

/** Such as 2026-11-24, in UTC. */
export function toDay(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString().slice(0, 10) : "";
}

/** Such as 2026-11-24 06:17 UTC. */
export function toMinute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
