import { describe, expect, test } from "vitest";
import { createInvocationMetrics, toReason } from "../../../lambda/shared/invocation-metrics.ts";
import { createLog } from "../../../lambda/shared/log.ts";
import { METRIC, METRICS } from "../../../lambda/shared/metric-names.ts";

const NOW = Date.UTC(2026, 10, 24, 10, 22, 33, 444);

function write(entry: Parameters<ReturnType<typeof createLog>["write"]>[0]) {
  const lines: string[] = [];
  const writeLine = (line: string) => void lines.push(line);
  createLog({ writeLine, functionName: "the-function", now: () => NOW }).write(entry);
  expect(lines, "one entry is one line").toHaveLength(1);
  expect(lines[0]).not.toContain("\n");
  return JSON.parse(lines[0] ?? "");
}

describe("a line", () => {
  const ENTRY = { level: "WARN", message: "request rejected" } as const;
  const LINE = { ...ENTRY, timestamp: "2026-11-24T10:22:33.444Z" };

  test("with metrics is CloudWatch's embedded format, whole", () => {
    const metrics = {
      [METRIC.stored]: 2,
      [METRIC.alertLatency]: [31, 45],
      [METRIC.outboxAge]: [60],
      [METRIC.matchedSecretIndex]: [0],
    };
    expect(write({ ...ENTRY, metrics })).toMatchSnapshot();
  });

  test("without metrics is the entry and its time, and no metric directive", () => {
    const fields = { reason: "size", count: 3 };
    expect(write({ ...ENTRY, fields })).toEqual({ ...LINE, ...fields });
  });
});

test("the names of metrics are all different, and those with a unit of their own exist", () => {
  const names = Object.values(METRIC);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(Object.keys(METRICS.units)));
});

describe("what an invocation counts", () => {
  test("adds up, keeps samples apart, and leaves zero out", () => {
    const metrics = createInvocationMetrics();
    metrics.add(METRIC.stored);
    metrics.add(METRIC.stored, 2);
    metrics.add(METRIC.duplicate, 0);
    metrics.sample(METRIC.alertLatency, 0);
    metrics.sample(METRIC.alertLatency, 7);
    expect(metrics.values).toEqual({ EventStored: 3, AlertLatency: [0, 7] });
    expect(metrics.reasons).toEqual({});
  });

  test("keeps at most a hundred samples of a name, as many as the format allows", () => {
    const metrics = createInvocationMetrics();
    for (let value = 0; value < 250; value++) metrics.sample(METRIC.alertLatency, value);
    expect(metrics.values.AlertLatency).toEqual(Array.from({ length: 100 }, (_, value) => value));
  });

  test("names each reason of a failure once, and counts every failure", () => {
    const metrics = createInvocationMetrics();
    metrics.addFailure(METRIC.storeFailed, new TypeError("secret text"));
    metrics.addFailure(METRIC.storeFailed, new TypeError("other text"), 4);
    metrics.addFailure(METRIC.storeFailed, "time");
    expect(metrics.values).toEqual({ EventStoreFailed: 6 });
    expect(metrics.reasons).toEqual({ EventStoreFailed: ["TypeError", "time"] });
  });

  test.each([
    [Object.assign(new Error("x"), { code: "ECONNREFUSED" }), "Error ECONNREFUSED"],
    [{ message: "15550783881" }, "object"],
    [undefined, "undefined"],
  ])("has as the reason of %o its name, never its message", (cause, reason) => {
    expect(toReason(cause)).toBe(reason);
  });
});
