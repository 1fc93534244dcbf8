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

function say(value: number, unit: string): string {
  const digits = Number.isInteger(value) ? 0 : value < 10 ? 2 : 1;
  const text = value.toLocaleString("en-US", { maximumFractionDigits: digits });
  return unit === "" ? text : `${text} ${unit}`;
}

/** The least and the middle of some samples. */
export interface Spread {
  readonly min: number;
  readonly median: number;
}

export function toSpread(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return { min: at(0), median: at(sorted.length >> 1) };
}

export function round(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

/** The most messages in any so many seconds. */
export function countMostWithin(times: readonly number[], window: number): number {
  const counts = times.map((start) => times.filter((at) => at >= start && at < start + window));
  return Math.max(0, ...counts.map(({ length }) => length));
}
