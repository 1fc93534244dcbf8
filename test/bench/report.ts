import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import type { Attack } from "./attack-figures.ts";
import type { Table as Figures } from "./figures.ts";
import type { Mark } from "./marks.ts";
import type { Subject } from "./subjects.ts";
import {
  type ReportTable,
  toAlertTable,
  toAttackTable,
  toCostTable,
  toFigureTable,
  toMarkTable,
} from "./tables.ts";
import type { TimeToAlert } from "./time-to-alert.ts";

export interface Report {
  readonly machine: string;
  readonly rounds: { readonly cold: number; readonly warm: number };
  readonly subjects: Readonly<Record<string, string>>;
  readonly figures: Figures;
  readonly marks: readonly Mark[];
  readonly alerts: readonly TimeToAlert[];
  readonly attacks: readonly Attack[];
}

/** The machine, as far as it bears on the figures. */
export function describeMachine(): string {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim()}, Node ${process.versions.node}`;
}

export function describeSubjects(subjects: readonly Subject[]): Readonly<Record<string, string>> {
  return Object.fromEntries(subjects.map(({ name, description }) => [name, description]));
}

/** For a person at a terminal. */
export function toText(report: Report): string {
  const legend = Object.entries(report.subjects).map(([name, text]) => `  ${name}: ${text}`);
  return [toHead(report), ...legend, ...toTables(report).map(toTextTable)].join("\n");
}

/** The same tables for the documents. */
function toMarkdown(report: Report): string {
  return [toHead(report), ...toTables(report).map(toMarkdownTable)].join("\n\n");
}

const DOCUMENT = join(import.meta.dirname, "../README.md");
const BLOCK = /(<!-- bench -->\n\n)[\s\S]*?(\n\n<!-- end -->)/;

/** Puts the tables of this run in the place of an earlier run's. */
export function writeDocument(report: Report): void {
  const document = readFileSync(DOCUMENT, "utf8");
  if (!BLOCK.test(document)) throw new Error(`${DOCUMENT} has no block <!-- bench -->`);
  const text = toMarkdown(report);
  writeFileSync(
    DOCUMENT,
    document.replace(BLOCK, (_, start, end) => `${start}${text}${end}`),
  );
}

function toHead({ machine, rounds }: Report): string {
  return `${machine}; min / median of ${rounds.cold} cold and ${rounds.warm} warm processes.`;
}

function toTables({ figures, marks, alerts, attacks }: Report): readonly ReportTable[] {
  const measured = [toFigureTable(figures), toMarkTable(marks), toAlertTable(alerts)];
  return [...measured, toAttackTable(attacks), toCostTable(attacks)];
}

function toTextTable({ title, rows: [head = [], ...rows] }: ReportTable): string {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  table.push(...rows.map((row) => [...row]));
  return `${title}\n${table}`;
}

function toMarkdownTable({ title, rows: [head = [], ...rows] }: ReportTable): string {
  const lines = [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
  return `${title}\n\n${lines.join("\n")}`;
}
