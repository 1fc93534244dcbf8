import { cpus } from "node:os";
import Table from "cli-table3";
import { FIGURES, type FigureName, type Table as FigureTable, type Spread } from "./figures.ts";
import type { Mark } from "./marks.ts";
import type { Subject } from "./subjects.ts";
import type { Percentiles, TimeToAlert } from "./time-to-alert.ts";

export interface Report {
  readonly machine: string;
  readonly rounds: { readonly cold: number; readonly warm: number };
  readonly subjects: Readonly<Record<string, string>>;
  readonly figures: FigureTable;
  readonly marks: readonly Mark[];
  readonly alerts: readonly TimeToAlert[];
}

/** The machine, as far as it bears on the figures. */
export function describeMachine(): string {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim()}, Node ${process.versions.node}`;
}

export function describeSubjects(subjects: readonly Subject[]): Readonly<Record<string, string>> {
  return Object.fromEntries(subjects.map(({ name, description }) => [name, description]));
}

/** Tables for a person: every figure as min / median. */
export function toText({ machine, rounds, subjects, figures, marks, alerts }: Report): string {
  const legend = Object.entries(subjects).map(([name, text]) => `  ${name.padEnd(9)} ${text}`);
  const head = `${machine}; min / median of ${rounds.cold} cold and ${rounds.warm} warm processes`;
  const tables = [toFigureTable(figures), toMarkTable(marks), toAlertTable(alerts)];
  return [head, ...legend, ...tables].join("\n");
}

function toFigureTable(figures: FigureTable): string {
  const names = Object.keys(figures) as (keyof FigureTable)[];
  const table = new Table({ head: ["", ...names], style: PLAIN, colAligns: ["left"] });
  for (const [figure, label] of Object.entries(FIGURES)) {
    table.push([label, ...names.map((name) => show(figures[name][figure as FigureName]))]);
  }
  return table.toString();
}

function toMarkTable(marks: readonly Mark[]): string {
  const table = new Table({ head: ["mark", "at most", "min / median", ""], style: PLAIN });
  for (const { name, mark, actual, reached } of marks) {
    const distance = `${Math.round((Math.max(actual.min, actual.median) / mark - 1) * 100)} % above`;
    table.push([name, round(mark), show(actual), reached ? "reached" : distance]);
  }
  return table.toString();
}

/** What users feel: from the POST's arrival to SNS's acceptance, services answering after 5 ms. */
function toAlertTable(alerts: readonly TimeToAlert[]): string {
  const head = ["time to alert, ms", "CPU share held", "cold: min / median / p99", "warm"];
  const table = new Table({ head, style: PLAIN });
  for (const { memoryMb, isHeld, cold, warm } of alerts) {
    const held = isHeld ? "yes" : "no: this machine can't";
    table.push([`${memoryMb} MB`, held, showPercentiles(cold), showPercentiles(warm)]);
  }
  return table.toString();
}

function showPercentiles({ min, median, p99 }: Percentiles): string {
  return [min, median, p99].map(round).join(" / ");
}

const PLAIN = { head: [], border: [] };

function show({ min, median }: Spread): string {
  return min === median ? round(min) : `${round(min)} / ${round(median)}`;
}

function round(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
