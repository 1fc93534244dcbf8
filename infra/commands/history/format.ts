import type { StoredEvent } from "../../deployment/stored-event.ts";
import type { NumberState } from "./state.ts";
import { EVENT_COLUMNS, layOut, STATE_COLUMNS } from "./table.ts";

export const FORMATS = ["table", "json"] as const;

/** Rows as lines of text, which come as soon as the rows do. */
export type Formatter<Row> = (rows: AsyncIterable<Row>) => AsyncIterable<string>;

export interface FormatOptions {
  readonly format: (typeof FORMATS)[number];
  /** Columns of the terminal; undefined in a pipe, where nothing is shortened. */
  readonly width?: number | undefined;
  /** Rows come for ever, so that JSON is a line each instead of one array. */
  readonly endless?: boolean | undefined;
}

export function createEventFormatter(options: FormatOptions): Formatter<StoredEvent> {
  const { format, width } = options;
  return format === "json" ? toJson(options) : (rows) => layOut(rows, EVENT_COLUMNS, width);
}

export function createStateFormatter(options: FormatOptions): Formatter<NumberState> {
  const { format, width } = options;
  return format === "json" ? toJson(options) : (rows) => layOut(rows, STATE_COLUMNS, width);
}

function toJson({ endless }: FormatOptions) {
  return async function* (rows: AsyncIterable<object>): AsyncIterable<string> {
    if (endless) {
      for await (const row of rows) yield toJsonLine(row);
      return;
    }
    let before = "[";
    for await (const row of rows) {
      yield before;
      before = `  ${toJsonLine(row)},`;
    }
    yield before === "[" ? "[]" : `${before.slice(0, -1)}\n]`;
  };
}

/** With escapes for what a terminal would obey, which JSON leaves as it is. */
function toJsonLine(row: object): string {
  return JSON.stringify(row).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (letters) =>
    Array.from({ length: letters.length }, (_, index) => toEscape(letters.charCodeAt(index))).join(
      "",
    ),
  );
}

function toEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
