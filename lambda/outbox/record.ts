import type { SecurityEvent } from "../event/security-event.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { CONCURRENCY } from "../shared/clients.ts";
import type { Config } from "../shared/config.ts";
import type { InvocationMetrics } from "../shared/invocation-metrics.ts";
import { OUTBOX } from "../shared/item-names.ts";
import type { MetricName } from "../shared/log.ts";
import { METRIC } from "../shared/metric-names.ts";
import { KNOWN_EVENTS, type KnownEvent } from "../shared/names.ts";
import { inParallel, startElsewhere } from "../shared/parallel.ts";
import { type Claimed, claimMs } from "./claims.ts";
import type { Recorded } from "./event-table.ts";
import { repeats } from "./repeat-times.ts";
import { type PublishDeps, type Run, takeClaim } from "./run.ts";

export interface RecordDeps extends PublishDeps {
  /** 128 random bits, base64url. */
  readonly newIncidentCode: () => string;
}

type RecordRun = Run & RecordDeps;

/** What storing a delivery's events came to. */
export interface Recording {
  /** Alerts that are this delivery's to publish. */
  readonly claimed: readonly Claimed[];
  /** Why some event is not durable yet, so that Meta has to deliver again. */
  readonly incomplete: "table" | "time" | undefined;
}

/** Stores every event, each on its own: one that cannot be stored never holds up the others. */
export async function recordAll(
  events: readonly SecurityEvent[],
  run: RecordRun,
): Promise<Recording> {
  const { invocation } = run;
  const claimed: Claimed[] = [];
  let incomplete: Recording["incomplete"];
  const distinct = toDistinct(events);
  invocation.metrics.add(METRIC.duplicate, events.length - distinct.length);
  await inParallel(inTurn(distinct, run.now()), CONCURRENCY, async (event) => {
    if (!invocation.hasTimeToWrite()) {
      incomplete ??= "time";
      return;
    }
    try {
      const alert = await record(event, run);
      if (alert) claimed.push(alert);
    } catch (error) {
      incomplete = "table";
      invocation.metrics.addFailure(METRIC.storeFailed, error);
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
 * A batch can be too large for one invocation. Meta redelivers it whole, so each delivery starts at
 * another event until all are stored.
 */
function inTurn(events: readonly SecurityEvent[], now: number): readonly SecurityEvent[] {
  return events.length <= CONCURRENCY ? events : startElsewhere(events, now);
}

async function record(event: SecurityEvent, run: RecordRun): Promise<Claimed | undefined> {
  const { metrics } = run.invocation;
  if (!isAlerting(event, run.config)) {
    countRecorded(await run.table.record(event), event, metrics);
    return undefined;
  }
  const token = run.newToken();
  const incidentCode = repeats(run.config) ? run.newIncidentCode() : undefined;
  const expiresAt = run.now() + claimMs(1);
  const recorded = await run.table.recordPending(event, { token, expiresAt }, incidentCode);
  countRecorded(recorded, event, metrics);
  if (recorded !== "duplicate") return { stored: toFreshAlert(event, incidentCode), token };
  return run.invocation.hasTimeToPublish() ? takeOver(event, token, run) : undefined;
}

/** A test from Meta's dashboard tries the whole pipeline, so it alerts whatever its event. */
function isAlerting(event: SecurityEvent, { alertEvents }: Config): boolean {
  return event.test || alertEvents.some((name) => name === event.event);
}

function toFreshAlert(event: SecurityEvent, incidentCode: string | undefined): StoredAlert {
  const counts = { attempts: 1, repeats: 0, answers: [], announcedAnswers: 0 };
  return { event, alert: "pending", ...counts, ...(incidentCode && { incidentCode }) };
}

/**
 * The event was there already. Its alert is ours to publish if nobody else's claim stands: it ran
 * out, or it is our own write that the SDK repeated after losing the first answer.
 */
function takeOver(
  { wabaId, eventKey }: SecurityEvent,
  token: string,
  run: RecordRun,
): Promise<Claimed | undefined> {
  return takeClaim({ wabaId, eventKey, queue: OUTBOX.alert, attempts: 0 }, token, run);
}

const STORED_BY_EVENT = {
  PIN_RESET_REQUEST: METRIC.storedResetRequest,
  PIN_REQUEST_SUCCESS: METRIC.storedRequestSuccess,
  PIN_CHANGED: METRIC.storedPinChanged,
} as const satisfies Record<KnownEvent, MetricName>;

function toStoredMetric({ event }: SecurityEvent): MetricName {
  const known = KNOWN_EVENTS.find((each) => each === event);
  return known ? STORED_BY_EVENT[known] : METRIC.unknownEvent;
}

function countRecorded(recorded: Recorded, event: SecurityEvent, metrics: InvocationMetrics): void {
  if (recorded === "duplicate") {
    metrics.add(METRIC.duplicate);
    return;
  }
  if (recorded === "stored plain") metrics.addFailure(METRIC.quarantined, "stored in plain form");
  metrics.add(METRIC.stored);
  metrics.add(toStoredMetric(event));
  if (event.test) metrics.add(METRIC.testStored);
}
