import type { Report } from "./explore.ts";
import type { Scenario } from "./scenario.ts";

const NAME_WIDTH = 40;
const COLUMNS = [
  ["deliveries", 10],
  ["ticks", 5],
  ["faults", 6],
  ["executions", 21],
  ["states", 10],
  ["recoveries", 10],
  ["most told", 9],
  ["code points", 11],
  ["seconds", 7],
] as const;

export function toHeader(): string {
  return `${"scenario".padEnd(NAME_WIDTH)}${toCells(COLUMNS.map(([title]) => title))}`;
}

export function toLine(scenario: Scenario, report: Report): string {
  return `${scenario.name.padEnd(NAME_WIDTH)}${toCells([
    scenario.deliveries.join(" "),
    String(scenario.ticks),
    scenario.faults === Infinity ? "any" : String(scenario.faults),
    report.isWhole ? report.executions.toLocaleString("en") : "not whole",
    report.states.toLocaleString("en"),
    report.recoveries.toLocaleString("en"),
    String(report.mostTold),
    report.codePoints.toLocaleString("en"),
    report.seconds.toFixed(1),
  ])}`;
}

function toCells(cells: readonly string[]): string {
  return cells.map((cell, index) => `  ${cell.padStart(COLUMNS[index]?.[1] ?? 0)}`).join("");
}
