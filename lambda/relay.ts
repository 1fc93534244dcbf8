import type { AlertTopic } from "./alert-topic.ts";
import { CONCURRENCY } from "./clients.ts";
import type { EventTable, PendingAlert } from "./event-table.ts";
import { FUNCTION, METRICS } from "./names.ts";
import { inParallel } from "./parallel.ts";
import type { SecurityEvent } from "./security-event.ts";
import type { Tally } from "./tally.ts";

const { names } = METRICS;

export interface RelayDeps {
  readonly table: EventTable;
  readonly topic: AlertTopic;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newToken: () => string;
}

/** The parts of Lambda's context that are used here. */
export interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** The once-a-minute tick: publishes every pending alert that nobody holds a claim on. */
export async function relayOutbox(
  deps: RelayDeps,
  invocation: Invocation,
  tally: Tally,
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
    await inParallel(due, CONCURRENCY, (alert) => relayAlert(alert, deps, invocation, tally));
  }
  tally.add(names.relayRun);
  tally.sample(names.outboxSize, seen.size);
  tally.sample(names.outboxAge, Math.round((startedAt - oldest) / 1000));
}

async function relayAlert(
  alert: PendingAlert,
  deps: RelayDeps,
  invocation: Invocation,
  tally: Tally,
): Promise<void> {
  if (!hasTimeToPublish(invocation)) return;
  const token = deps.newToken();
  const now = deps.now();
  const claim = { token, expiresAt: now + claimMs(alert.attempts + 1) };
  try {
    const event = await deps.table.claim(alert, claim, now);
    if (event) await publishAlert({ event, token }, deps, tally);
  } catch (error) {
    tally.fail(names.relayFailed, error);
  }
}

/** A publish may take two attempts of four seconds; one begun later could die half-way. */
const PUBLISH_RESERVE_MS = 9_000;

export function hasTimeToPublish(invocation: Invocation): boolean {
  return invocation.getRemainingTimeInMillis() > PUBLISH_RESERVE_MS;
}

const MAX_CLAIM_MS = 6 * 3_600_000;

/**
 * How long the claim of this attempt lasts: a minute, doubling to six hours, so that a mark that
 * can never succeed does not become a storm of alerts.
 */
export function claimMs(attempt: number): number {
  return Math.min(FUNCTION.claimSeconds * 1000 * 2 ** (attempt - 1), MAX_CLAIM_MS);
}

/** An event whose alert is ours to publish, as long as the claim under this token lasts. */
export interface ClaimedAlert {
  readonly event: SecurityEvent;
  readonly token: string;
}

/** Publishes a claimed alert, then marks it. What fails stays in the outbox; nothing is thrown. */
export async function publishAlert(
  { event, token }: ClaimedAlert,
  { table, topic, now }: RelayDeps,
  tally: Tally,
): Promise<void> {
  try {
    const messageId = await topic.publish(event);
    const publishedAt = now();
    tally.add(names.alertPublished);
    tally.sample(names.alertLatency, publishedAt - Date.parse(event.receivedAt));
    await table
      .markPublished(event, token, { messageId, publishedAt })
      .catch((error) => tally.fail(names.relayFailed, error));
  } catch (error) {
    tally.fail(names.alertPublishFailed, error);
    await table
      .release(event, token, now())
      .catch((failure) => tally.fail(names.relayFailed, failure));
  }
}
