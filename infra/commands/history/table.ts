import { paint, toPrintable } from "../../cli/text.ts";
import { type StoredEvent, toTime } from "../../deployment/stored-event.ts";
import { type NumberState, toAnswers } from "./state.ts";

export interface Column<Row> {
  readonly title: string;
  readonly width: number;
  readonly cell: (row: Row) => string;
  /** Goes to a second line where the terminal is too narrow for it. */
  readonly isDetail?: boolean;
}

export const EVENT_COLUMNS: readonly Column<StoredEvent>[] = [
  { title: "Sent (UTC)", width: 19, cell: toTime },
  { title: "Event", width: 19, cell: ({ event }) => String(event ?? "-") },
  {
    title: "Phone number",
    width: 15,
    cell: ({ displayPhoneNumber }) => String(displayPhoneNumber ?? "-"),
  },
  { title: "Alert", width: 12, cell: toAlertState },
  { title: "Account", width: 16, cell: toAccount, isDetail: true },
  {
    title: "Requester",
    width: 16,
    cell: ({ requester }) => String(requester ?? "-"),
    isDetail: true,
  },
  { title: "Answer", width: 30, cell: toAnswerText, isDetail: true },
];

/** The last answer, with how many there are. */
function toAnswerText(event: StoredEvent): string {
  const answers = toAnswers(event);
  const last = answers.at(-1);
  if (!last) return "-";
  const more = answers.length > 1 ? ` (${answers.length} answers)` : "";
  return `${last.answer}, ${last.name}${more}`;
}

function toAlertState({ alert, alertAttempts }: StoredEvent): string {
  return alert === "pending" ? `pending ×${alertAttempts}` : String(alert ?? "-");
}

function toAccount({ wabaId, test }: StoredEvent): string {
  return test ? `${wabaId} (test)` : wabaId;
}

export const STATE_COLUMNS: readonly Column<NumberState>[] = [
  { title: "Phone number", width: 15, cell: ({ displayPhoneNumber }) => displayPhoneNumber },
  { title: "State", width: 15, cell: ({ state }) => state },
  { title: "Since (UTC)", width: 19, cell: ({ since }) => toStateTime(since) },
  { title: "Account", width: 16, cell: ({ wabaId }) => wabaId },
  { title: "Last event", width: 19, cell: ({ lastEvent }) => lastEvent, isDetail: true },
  { title: "Sent (UTC)", width: 19, cell: ({ lastTime }) => toStateTime(lastTime), isDetail: true },
  { title: "Says", width: 50, cell: ({ sentence }) => sentence, isDetail: true },
];

function toStateTime(seconds: number | undefined): string {
  if (seconds === undefined) return "-";
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime())
    ? String(seconds)
    : toTime({ sentAt: date.toISOString(), time: seconds });
}

const GAP = "  ";

/** Rows under their titles; in a narrow terminal each with a second line of details. */
export async function* layOut<Row>(
  rows: AsyncIterable<Row>,
  columns: readonly Column<Row>[],
  width = Number.POSITIVE_INFINITY,
): AsyncIterable<string> {
  const full = columns.reduce((sum, column) => sum + column.width + GAP.length, -GAP.length);
  const isNarrow = width < full;
  const main = isNarrow ? columns.filter(({ isDetail }) => !isDetail) : columns;
  const details = isNarrow ? columns.filter(({ isDetail }) => isDetail) : [];
  const isShortened = Number.isFinite(width);
  let isFirst = true;
  for await (const row of rows) {
    if (isFirst) yield paint("bold", toLine(main.map((column) => pad(column.title, column))));
    isFirst = false;
    yield toLine(main.map((column) => pad(toCell(row, column, isShortened), column)));
    if (isNarrow) yield paint("dim", toDetailLine(row, details, main[0]?.width ?? 0));
  }
}

function toDetailLine<Row>(row: Row, details: readonly Column<Row>[], indent: number): string {
  const given = details.filter(({ cell }) => cell(row) !== "-");
  const facts = given.map((column) => {
    return `${toLowerFirst(column.title)} ${toCell(row, column, true)}`;
  });
  return `${" ".repeat(indent)}${GAP}${facts.join(", ")}`;
}

function toLowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function toCell<Row>(row: Row, { cell, width }: Column<Row>, isShortened: boolean): string {
  const text = toPrintable(cell(row));
  return isShortened && text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

function pad<Row>(text: string, { width }: Column<Row>): string {
  return text.padEnd(width);
}

function toLine(cells: readonly string[]): string {
  return cells.join(GAP).trimEnd();
}
