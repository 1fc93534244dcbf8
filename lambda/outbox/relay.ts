import { CONCURRENCY } from "../shared/clients.ts";
import type { InvocationMetrics } from "../shared/invocation-metrics.ts";
import { METRIC } from "../shared/names.ts";
import { inParallel } from "../shared/parallel.ts";
import type { Invocation } from "../shared/time-left.ts";
import { hasTimeToPublish } from "../shared/time-left.ts";
import { claimMs } from "./claim.ts";
import type { PendingAlert } from "./event-table.ts";
import { type PublishDeps, publishAlert } from "./publish.ts";

export interface RelayDeps extends PublishDeps {
  readonly newToken: () => string;
}

/** The once-a-minute tick: publishes every pending alert that nobody holds a claim on. */
export async function relayOutbox(
  deps: RelayDeps,
  invocation: Invocation,
  metrics: InvocationMetrics,
): Promise<void> {
  const startedAt = deps.now();
  // An alert that this tick claims moves to the outbox's end and is met there once more.
  const seen = new Set<string>();
  let oldest = startedAt;
  for await (const page of deps.table.pendingAlerts()) {
    for (const { wabaId, eventKey, receivedAt } of page) {
      seen.add(`${wabaId} ${eventKey}`);
      oldest = Math.min(oldest, Date.parse(receivedAt));
    }
    const due = page.filter((alert) => alert.claimExpiresAt < startedAt);
    await inParallel(due, CONCURRENCY, (alert) => relayAlert(alert, deps, invocation, metrics));
  }
  metrics.add(METRIC.relayRun);
  metrics.sample(METRIC.outboxSize, seen.size);
  metrics.sample(METRIC.outboxAge, Math.round((startedAt - oldest) / 1000));
}

async function relayAlert(
  alert: PendingAlert,
  deps: RelayDeps,
  invocation: Invocation,
  metrics: InvocationMetrics,
): Promise<void> {
  if (!hasTimeToPublish(invocation)) return;
  const token = deps.newToken();
  const now = deps.now();
  const claim = { token, expiresAt: now + claimMs(alert.attempts + 1) };
  try {
    const event = await deps.table.claim(alert, claim, now);
    if (event) await publishAlert({ event, token }, deps, metrics);
  } catch (error) {
    metrics.addFailure(METRIC.relayFailed, error);
  }
}
