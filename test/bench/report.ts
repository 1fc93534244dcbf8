import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import type { Mark } from "./marks.ts";

/** A table that has still to be drawn; the first row is the head. */
export interface ReportTable {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

/** A part of the benchmark, which can be run by itself. */
export interface Section {
  readonly tables: readonly ReportTable[];
  readonly marks: readonly Mark[];
}

/** The machine, as far as it bears on the figures. */
export function describeMachine(): string {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim()}, Node ${process.versions.node}.`;
}

/** For a person at a terminal. */
export function toText(section: Section): string {
  return toTables(section).map(toTextTable).join("\n");
}

const DOCUMENT = join(import.meta.dirname, "../README.md");

/** Puts the tables of this run in the place of an earlier run's. */
export function writeDocument(name: string, section: Section): void {
  const document = readFileSync(DOCUMENT, "utf8");
  const block = new RegExp(`(<!-- bench ${name} -->\\n\\n)[\\s\\S]*?(\\n\\n<!-- end -->)`);
  if (!block.test(document)) throw new Error(`${DOCUMENT} has no block <!-- bench ${name} -->`);
  const text = [describeMachine(), ...toTables(section).map(toMarkdownTable)].join("\n\n");
  writeFileSync(
    DOCUMENT,
    document.replace(block, (_, start, end) => `${start}${text}${end}`),
  );
}

function toTables({ tables, marks }: Section): readonly ReportTable[] {
  const rows = marks.map(({ promise, limit, measured, reached }) => {
    return [promise, limit, measured, reached ? "reached" : "MISSED"];
  });
  if (marks.length === 0) return tables;
  return [...tables, { title: "Marks:", rows: [["mark", "limit", "measured", ""], ...rows] }];
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
