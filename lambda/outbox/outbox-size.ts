import type { OutboxEntry } from "../event/outbox-queue.ts";
import type { InvocationMetrics } from "../shared/invocation-metrics.ts";
import { OUTBOX } from "../shared/item-names.ts";
import { METRIC } from "../shared/metric-names.ts";

/** Counts the first alerts and the open alerts that a tick sees in the outbox, each event once. */
export interface OutboxSize {
  add(entries: readonly OutboxEntry[]): void;
  report(metrics: InvocationMetrics): void;
}

/** `now`: milliseconds since the epoch. */
export function createOutboxSize(now: number): OutboxSize {
  const seen = new Set<string>();
  const pending = { count: 0, oldest: now };
  const open = { count: 0, oldest: now };
  return {
    add(entries) {
      for (const { wabaId, eventKey, queue, alert, receivedAt } of entries) {
        const counted = queue === OUTBOX.alert ? pending : open;
        if (counted === open && alert !== "open") continue;
        const id = `${wabaId} ${eventKey}`;
        if (seen.has(id)) continue;
        seen.add(id);
        counted.count += 1;
        counted.oldest = Math.min(counted.oldest, Date.parse(receivedAt));
      }
    },
    report(metrics) {
      if (pending.count > 0) {
        metrics.sample(METRIC.outboxSize, pending.count);
        metrics.sample(METRIC.outboxAge, Math.round((now - pending.oldest) / 1000));
      }
      if (open.count > 0) {
        metrics.sample(METRIC.openIncidents, open.count);
        metrics.sample(METRIC.unansweredMinutes, Math.floor((now - open.oldest) / 60_000));
      }
    },
  };
}
