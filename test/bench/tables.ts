import type { Attack, Moment } from "./attack-figures.ts";
import { type CostLine, toCosts, toTotal, toUndigestedCosts } from "./cost.ts";
import { FIGURES, type FigureName, type Table as Figures, type Spread } from "./figures.ts";
import type { Mark } from "./marks.ts";
import type { SubjectName } from "./subjects.ts";
import type { Percentiles, TimeToAlert } from "./time-to-alert.ts";

/** A table that has still to be drawn; the first row is the head. */
export interface ReportTable {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

const SUBJECTS: Readonly<Record<SubjectName, string>> = {
  ours: "this function",
  floor: "floor, no SDK",
  commonjs: "CommonJS bundle",
  cdk: "CDK's default",
  esm: "ES modules",
};

export function toFigureTable(figures: Figures): ReportTable {
  const names = Object.keys(figures) as SubjectName[];
  const rows = Object.entries(FIGURES).map(([figure, label]) => [
    label,
    ...names.map((name) => show(figures[name][figure as FigureName])),
  ]);
  const head = ["min / median", ...names.map((name) => SUBJECTS[name])];
  return { title: "Figures of one process each:", rows: [head, ...rows] };
}

export function toMarkTable(marks: readonly Mark[]): ReportTable {
  const rows = marks.map(({ name, mark, actual, reached }) => {
    const distance = `${Math.round((Math.max(actual.min, actual.median) / mark - 1) * 100)} % above`;
    return [name, round(mark), show(actual), reached ? "reached" : distance];
  });
  return { title: "Marks:", rows: [["mark", "at most", "min / median", ""], ...rows] };
}

export function toAlertTable(alerts: readonly TimeToAlert[]): ReportTable {
  const rows = alerts.map(({ memoryMb, isHeld, cold, warm }) => {
    const held = isHeld ? "yes" : "no: this machine can't";
    return [`${memoryMb} MB`, showPercentiles(cold), showPercentiles(warm), held];
  });
  return {
    title:
      "Milliseconds from a POST's arrival to SNS's acceptance of its alert, each service answering after 5 ms, min / median / p99:",
    rows: [["memory", "cold", "warm", "held to its CPU share"], ...rows],
  };
}

/** The first one is no attack, but what one alert takes. */
export function toAttackTable(attacks: readonly Attack[]): ReportTable {
  const rows = attacks.map(({ name, memoryMb, isHeld, storedMs, firstMessage, allTold }) => {
    const share = isHeld ? `${memoryMb} MB` : "whole cores";
    return [name, share, seconds(storedMs), showMoment(firstMessage), showMoment(allTold)];
  });
  const head = ["to a cold function", "CPU share of", "all stored", "first message", "all told"];
  return {
    title:
      "A mass attack, each service answering after 5 ms; the relay's ticks come once a minute:",
    rows: [head, ...rows],
  };
}

export function toCostTable(attacks: readonly Attack[]): ReportTable {
  const [single, thousand] = attacks as [Attack, Attack];
  const earlier = toUndigestedCosts(single, thousand.events);
  const columns = [toCosts(single), toCosts(thousand), earlier];
  const rows = toCosts(single).map(({ item }) => [
    item,
    ...columns.map((lines) => cell(lines, item)),
  ]);
  const requests = columns.map((lines) => toCount(lines).toLocaleString("en-US"));
  const totals = columns.map((lines) => usd(toTotal(lines)));
  const head = ["count: USD", single.name, thousand.name, "the same without digests"];
  return {
    title: "What they use, and what it costs without any free tier:",
    rows: [head, ...rows, ["requests to DynamoDB and SNS", ...requests], ["sum", ...totals]],
  };
}

function toCount(lines: readonly CostLine[]): number {
  const asked = lines.filter(({ item }) => / (DynamoDB|SNS)$/.test(item));
  return asked.reduce((sum, { count }) => sum + count, 0);
}

function cell(lines: readonly CostLine[], item: string): string {
  const line = lines.find((one) => one.item === item);
  return line ? `${line.count.toLocaleString("en-US")}: ${usd(line.usd)}` : "";
}

function usd(value: number): string {
  return value.toFixed(7);
}

function showMoment({ ticks, ms }: Moment): string {
  return ticks === 0 ? seconds(ms) : `tick ${ticks}, after ${seconds(ms)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} s`;
}

function showPercentiles({ min, median, p99 }: Percentiles): string {
  return [min, median, p99].map(round).join(" / ");
}

function show({ min, median }: Spread): string {
  return min === median ? round(min) : `${round(min)} / ${round(median)}`;
}

function round(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
