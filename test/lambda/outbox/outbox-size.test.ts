import { describe, expect, test } from "vitest";
import type { OutboxEntry } from "../../../lambda/event/outbox-queue.ts";
import { createOutboxSize } from "../../../lambda/outbox/outbox-size.ts";
import { createInvocationMetrics } from "../../../lambda/shared/invocation-metrics.ts";

const NOW = Date.UTC(2026, 0, 1);

let keys = 0;

const QUEUES = { pending: "alert", open: "repeat", acknowledged: "answer" } as const;

function entry(alert: keyof typeof QUEUES, secondsAgo: number, eventKey = `${keys++}`) {
  const receivedAt = new Date(NOW - secondsAgo * 1000).toISOString();
  return {
    wabaId: "1",
    eventKey,
    queue: QUEUES[alert],
    dueAt: NOW,
    attempts: 0,
    receivedAt,
    alert,
  };
}

function metricsOf(...pages: readonly (readonly OutboxEntry[])[]) {
  const size = createOutboxSize(NOW);
  for (const page of pages) size.add(page);
  const metrics = createInvocationMetrics();
  size.report(metrics);
  return metrics.values;
}

describe("the outbox's size is told", () => {
  test("as no metric at all where it is empty", () => {
    expect(metricsOf([])).toEqual({});
  });

  test("as what waits for SNS, and how long the oldest alert of it has waited", () => {
    const pages = [[entry("pending", 10)], [entry("pending", 70.4), entry("pending", 30)]];
    expect(metricsOf(...pages)).toEqual({ OutboxSize: [3], OutboxAge: [70] });
  });

  test("as what waits for an answer, in whole minutes", () => {
    const values = metricsOf([entry("open", 60), entry("open", 899), entry("open", 120)]);
    expect(values).toEqual({ OpenIncidents: [3], UnansweredMinutes: [14] });
  });

  test("of both apart", () => {
    expect(metricsOf([entry("open", 900), entry("pending", 5)])).toEqual({
      OutboxSize: [1],
      OutboxAge: [5],
      OpenIncidents: [1],
      UnansweredMinutes: [15],
    });
  });

  test("without answers that wait, unless their alert is still open", () => {
    expect(metricsOf([entry("acknowledged", 5000)])).toEqual({});
    const handled = { ...entry("open", 900), queue: "answer" as const };
    expect(metricsOf([handled])).toEqual({ OpenIncidents: [1], UnansweredMinutes: [15] });
  });

  test("with an event that two pages show counted once", () => {
    const moved = entry("pending", 5);
    const other = { ...moved, wabaId: "2" };
    expect(metricsOf([moved], [moved, other])).toEqual({ OutboxSize: [2], OutboxAge: [5] });
  });

  test("with ids that differ only in where they are cut counted twice", () => {
    const one = { ...entry("pending", 5, "23"), wabaId: "1" };
    const other = { ...entry("pending", 5, "3"), wabaId: "12" };
    expect(metricsOf([one, other])).toMatchObject({ OutboxSize: [2] });
  });

  test("with an event that another clock received later as new", () => {
    expect(metricsOf([entry("pending", -30)])).toEqual({ OutboxSize: [1], OutboxAge: [0] });
    const values = metricsOf([entry("open", -30)]);
    expect(values).toEqual({ OpenIncidents: [1], UnansweredMinutes: [0] });
  });
});
