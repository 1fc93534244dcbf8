import { type Spread, show } from "./figures.ts";

/** What a person would feel if it were not so. */
export interface Mark {
  readonly promise: string;
  readonly limit: string;
  readonly measured: string;
  readonly reached: boolean;
}

export function atMost(promise: string, limit: number, measured: number, unit = ""): Mark {
  const reached = measured <= limit;
  return { promise, limit: `≤ ${say(limit, unit)}`, measured: say(measured, unit), reached };
}

export function atLeast(promise: string, limit: number, measured: number, unit = ""): Mark {
  const reached = measured >= limit;
  return { promise, limit: `≥ ${say(limit, unit)}`, measured: say(measured, unit), reached };
}

/** Reached by the least and the median both. */
export function ratioAtMost(promise: string, limit: number, ours: Spread, other: Spread): Mark {
  const ratio = { min: ours.min / other.min, median: ours.median / other.median };
  const reached = Math.max(ratio.min, ratio.median) <= limit;
  return { promise, limit: `≤ ${limit}`, measured: show(ratio), reached };
}

function say(value: number, unit: string): string {
  const digits = Number.isInteger(value) ? 0 : value < 10 ? 2 : 1;
  const text = value.toLocaleString("en-US", { maximumFractionDigits: digits });
  return unit === "" ? text : `${text} ${unit}`;
}
