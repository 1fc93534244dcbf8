import type { AlertTopic } from "../alert/alert-topic.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import { CONCURRENCY } from "../shared/clients.ts";
import { METRICS } from "../shared/names.ts";
import { inParallel } from "../shared/parallel.ts";
import type { Tally } from "../shared/tally.ts";
import type { Invocation } from "../shared/time-left.ts";
import { hasTimeToPublish, hasTimeToWrite } from "../shared/time-left.ts";
import type { EventTable } from "./event-table.ts";

const { names } = METRICS;

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
  tally: Tally,
): Promise<void> {
  await inParallel(claimed, CONCURRENCY, async (alert) => {
    if (hasTimeToPublish(invocation)) await publishAlert(alert, deps, tally);
    else if (hasTimeToWrite(invocation)) await release(alert, deps, tally);
  });
}

/** Publishes a claimed alert, then marks it. What fails stays in the outbox; nothing is thrown. */
export async function publishAlert(
  alert: ClaimedAlert,
  deps: PublishDeps,
  tally: Tally,
): Promise<void> {
  const { event, token } = alert;
  try {
    const messageId = await deps.topic.publish(event);
    const publishedAt = deps.now();
    tally.add(names.alertPublished);
    tally.sample(names.alertLatency, publishedAt - Date.parse(event.receivedAt));
    await deps.table
      .markPublished(event, token, { messageId, publishedAt })
      .catch((error) => tally.fail(names.relayFailed, error));
  } catch (error) {
    tally.fail(names.alertPublishFailed, error);
    await release(alert, deps, tally);
  }
}

/** Gives the claim back, so that the next tick need not wait until it runs out. */
async function release(
  { event, token }: ClaimedAlert,
  { table, now }: PublishDeps,
  tally: Tally,
): Promise<void> {
  await table.release(event, token, now()).catch((error) => tally.fail(names.relayFailed, error));
}
