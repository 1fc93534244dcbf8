import type { SecurityEvent } from "../event/security-event.ts";
import { CONCURRENCY } from "../shared/clients.ts";
import type { Config } from "../shared/config.ts";
import type { InvocationMetrics } from "../shared/invocation-metrics.ts";
import type { MetricName } from "../shared/log.ts";
import { METRIC } from "../shared/names.ts";
import { inParallel } from "../shared/parallel.ts";
import type { Invocation } from "../shared/time-left.ts";
import { hasTimeToPublish, hasTimeToWrite } from "../shared/time-left.ts";
import { claimMs } from "./claim.ts";
import type { Recorded } from "./event-table.ts";
import type { ClaimedAlert, PublishDeps } from "./publish.ts";

export interface RecordDeps extends PublishDeps {
  readonly config: Config;
  readonly newToken: () => string;
}

/** What storing a delivery's events came to. */
export interface Recording {
  /** Alerts that are this delivery's to publish. */
  readonly claimed: readonly ClaimedAlert[];
  /** Why some event is not durable yet, so that Meta has to deliver again. */
  readonly incomplete: "table" | "time" | undefined;
}

/** Stores every event, each on its own: one that cannot be stored never holds up the others. */
export async function recordAll(
  events: readonly SecurityEvent[],
  deps: RecordDeps,
  invocation: Invocation,
  metrics: InvocationMetrics,
): Promise<Recording> {
  const claimed: ClaimedAlert[] = [];
  let incomplete: Recording["incomplete"];
  const distinct = toDistinct(events);
  metrics.add(METRIC.duplicate, events.length - distinct.length);
  await inParallel(startElsewhere(distinct, deps.now()), CONCURRENCY, async (event) => {
    if (!hasTimeToWrite(invocation)) {
      incomplete ??= "time";
      return;
    }
    try {
      const alert = await record(event, deps, invocation, metrics);
      if (alert) claimed.push(alert);
    } catch (error) {
      incomplete = "table";
      metrics.addFailure(METRIC.storeFailed, error);
    }
  });
  return { claimed, incomplete };
}

function toDistinct(events: readonly SecurityEvent[]): readonly SecurityEvent[] {
  const byKey = new Map<string, SecurityEvent>();
  for (const event of events) {
    const key = `${event.wabaId} ${event.eventKey}`;
    if (!byKey.has(key)) byKey.set(key, event);
  }
  return [...byKey.values()];
}

/**
 * Meta repeats a delivery whole. Beginning each time somewhere else stores in the end also a batch
 * for which the time of one invocation is too short.
 */
function startElsewhere<T>(items: readonly T[], now: number): readonly T[] {
  if (items.length <= CONCURRENCY) return items;
  const start = now % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

async function record(
  event: SecurityEvent,
  deps: RecordDeps,
  invocation: Invocation,
  metrics: InvocationMetrics,
): Promise<ClaimedAlert | undefined> {
  if (!isAlerting(event, deps.config)) {
    countRecorded(await deps.table.record(event), event, metrics);
    return undefined;
  }
  const token = deps.newToken();
  const expiresAt = deps.now() + claimMs(1);
  const recorded = await deps.table.recordPending(event, { token, expiresAt });
  countRecorded(recorded, event, metrics);
  if (recorded === "stored") return { event, token };
  if (recorded === "refused" || !hasTimeToPublish(invocation)) return undefined;
  return takeOver(event, token, deps, metrics);
}

/** A test from Meta's dashboard tries the whole pipeline, so it alerts whatever its event. */
function isAlerting(event: SecurityEvent, { alertEvents }: Config): boolean {
  return event.test || (event.event !== undefined && alertEvents.includes(event.event));
}

/**
 * The event was there already. Its alert is ours to publish if nobody else's claim stands: it ran
 * out, or it is our own write that the SDK repeated after losing the first answer.
 */
async function takeOver(
  event: SecurityEvent,
  token: string,
  { table, now }: RecordDeps,
  metrics: InvocationMetrics,
): Promise<ClaimedAlert | undefined> {
  const at = now();
  try {
    const stored = await table.claim(event, { token, expiresAt: at + claimMs(1) }, at);
    return stored && { event: stored, token };
  } catch (error) {
    metrics.addFailure(METRIC.relayFailed, error);
    return undefined;
  }
}

const STORED_BY_EVENT: ReadonlyMap<string | undefined, MetricName> = new Map([
  ["PIN_RESET_REQUEST", METRIC.storedResetRequest],
  ["PIN_REQUEST_SUCCESS", METRIC.storedRequestSuccess],
  ["PIN_CHANGED", METRIC.storedPinChanged],
]);

function countRecorded(recorded: Recorded, event: SecurityEvent, metrics: InvocationMetrics): void {
  if (recorded === "duplicate") metrics.add(METRIC.duplicate);
  if (recorded === "refused") metrics.addFailure(METRIC.quarantined, "refused by DynamoDB");
  if (recorded !== "stored") return;
  metrics.add(METRIC.stored);
  metrics.add(STORED_BY_EVENT.get(event.event) ?? METRIC.unknownEvent);
  if (event.test) metrics.add(METRIC.testStored);
}
