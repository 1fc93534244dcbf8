import type { AlertTopic } from "../alert/alert-topic.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import { CONCURRENCY } from "../shared/clients.ts";
import type { InvocationMetrics } from "../shared/invocation-metrics.ts";
import { METRIC } from "../shared/names.ts";
import { inParallel } from "../shared/parallel.ts";
import type { Invocation } from "../shared/time-left.ts";
import { hasTimeToPublish, hasTimeToWrite } from "../shared/time-left.ts";
import type { EventTable } from "./event-table.ts";

export interface PublishDeps {
  readonly table: EventTable;
  readonly topic: AlertTopic;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** An event whose alert is ours to publish, as long as the claim under this token lasts. */
export interface ClaimedAlert {
  readonly event: SecurityEvent;
  readonly token: string;
}

/** Publishes what there is time for; the rest goes back to the relay. */
export async function publishAll(
  claimed: readonly ClaimedAlert[],
  deps: PublishDeps,
  invocation: Invocation,
  metrics: InvocationMetrics,
): Promise<void> {
  await inParallel(claimed, CONCURRENCY, async (alert) => {
    if (hasTimeToPublish(invocation)) await publishAlert(alert, deps, metrics);
    else if (hasTimeToWrite(invocation)) await release(alert, deps, metrics);
  });
}

/** Publishes a claimed alert, then marks it. What fails stays in the outbox; nothing is thrown. */
export async function publishAlert(
  alert: ClaimedAlert,
  deps: PublishDeps,
  metrics: InvocationMetrics,
): Promise<void> {
  const { event, token } = alert;
  try {
    const messageId = await deps.topic.publish({ kind: "alert", event });
    const publishedAt = deps.now();
    metrics.add(METRIC.alertPublished);
    metrics.sample(METRIC.alertLatency, publishedAt - Date.parse(event.receivedAt));
    await deps.table
      .markPublished(event, token, { messageId, publishedAt })
      .catch((error) => metrics.addFailure(METRIC.relayFailed, error));
  } catch (error) {
    metrics.addFailure(METRIC.alertPublishFailed, error);
    await release(alert, deps, metrics);
  }
}

/** Gives the claim back, so that the next tick need not wait until it runs out. */
async function release(
  { event, token }: ClaimedAlert,
  { table, now }: PublishDeps,
  metrics: InvocationMetrics,
): Promise<void> {
  await table
    .release(event, token, now())
    .catch((error) => metrics.addFailure(METRIC.relayFailed, error));
}
