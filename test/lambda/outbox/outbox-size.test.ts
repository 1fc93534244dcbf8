import { expect, test } from "vitest";
import type { OutboxEntry } from "../../../lambda/event/outbox-queue.ts";
import { createOutboxSize } from "../../../lambda/outbox/outbox-size.ts";
import { createInvocationMetrics } from "../../../lambda/shared/invocation-metrics.ts";

const NOW = Date.UTC(2026, 0, 1);

let keys = 10;

const QUEUES = { pending: "alert", open: "repeat", acknowledged: "answer" } as const;

function entry(alert: keyof typeof QUEUES, secondsAgo: number): OutboxEntry {
  keys += 1;
  const receivedAt = new Date(NOW - secondsAgo * 1000).toISOString();
  const waiting = { wabaId: "1", eventKey: `${keys}`, dueAt: NOW, attempts: 0, receivedAt };
  return { ...waiting, queue: QUEUES[alert], alert };
}

function metricsOf(...pages: readonly (readonly OutboxEntry[])[]) {
  const size = createOutboxSize(NOW);
  for (const page of pages) size.add(page);
  const metrics = createInvocationMetrics();
  size.report(metrics);
  return metrics.values;
}

const moved = entry("pending", 5);
const OF_ONE = { OutboxSize: [1], OutboxAge: [5] };
const OF_TWO = { OutboxSize: [2], OutboxAge: [5] };

test.each<[string, (readonly OutboxEntry[])[], object]>([
  ["nothing", [[]], {}],
  [
    "what waits for SNS, and how long its oldest alert has waited",
    [[entry("pending", 10)], [entry("pending", 70.4), entry("pending", 30)]],
    { OutboxSize: [3], OutboxAge: [70] },
  ],
  [
    "what waits for an answer, in whole minutes, apart",
    [[entry("open", 60), entry("open", 899), entry("open", 120), moved]],
    { ...OF_ONE, OpenIncidents: [3], UnansweredMinutes: [14] },
  ],
  ["answers that wait", [[entry("acknowledged", 5000)]], {}],
  [
    "answers that wait to open alerts",
    [[{ ...entry("open", 900), queue: "answer" }]],
    { OpenIncidents: [1], UnansweredMinutes: [15] },
  ],
  ["an event that two pages show", [[moved], [moved]], OF_ONE],
  ["an event of two accounts", [[moved, { ...moved, wabaId: "2" }]], OF_TWO],
  [
    "ids that differ only in where they are cut",
    [[moved, { ...moved, eventKey: moved.eventKey.slice(1), wabaId: `1${moved.eventKey[0]}` }]],
    OF_TWO,
  ],
  [
    "what another clock received later",
    [[entry("pending", -30), entry("open", -30)]],
    { OutboxSize: [1], OutboxAge: [0], OpenIncidents: [1], UnansweredMinutes: [0] },
  ],
])("the outbox's size counts %s", (_, pages, metrics) => {
  expect(metricsOf(...pages)).toEqual(metrics);
});
