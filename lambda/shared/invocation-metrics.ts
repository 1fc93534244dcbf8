import type { MetricName, Metrics } from "./log.ts";

/** What happened during one invocation: counts, samples, and why things failed. */
export interface InvocationMetrics {
  add(name: MetricName, count?: number): void;
  /** One sample of a measured quantity; embedded metrics carry at most 100 of a name. */
  sample(name: MetricName, value: number): void;
  /** Counts a failure and keeps its reason for the invocation's one log line. */
  addFailure(name: MetricName, cause: unknown, count?: number): void;
  readonly values: Metrics;
  /** The distinct reasons of each failure. */
  readonly reasons: Readonly<Record<string, readonly string[]>>;
}

const MAX_SAMPLES = 100;

export function createInvocationMetrics(): InvocationMetrics {
  const values: Partial<Record<MetricName, number | number[]>> = {};
  const reasons: Record<string, string[]> = {};

  function add(name: MetricName, count = 1): void {
    if (count > 0) values[name] = Number(values[name] ?? 0) + count;
  }

  return {
    add,
    sample(name, value) {
      values[name] ??= [];
      const samples = values[name];
      if (Array.isArray(samples) && samples.length < MAX_SAMPLES) samples.push(value);
    },
    addFailure(name, cause, count) {
      add(name, count);
      reasons[name] ??= [];
      const reason = toReason(cause);
      if (!reasons[name].includes(reason)) reasons[name].push(reason);
    },
    values,
    reasons,
  };
}

/** An error's name and code only: a service's own message can quote what was sent. */
export function toReason(cause: unknown): string {
  if (typeof cause === "string") return cause;
  if (!(cause instanceof Error)) return typeof cause;
  return "code" in cause ? `${cause.name} ${cause.code}` : cause.name;
}
