import { CONCURRENCY } from "./clients.ts";
import type { Config } from "./config.ts";
import type { Recorded } from "./event-table.ts";
import type { MetricName } from "./log.ts";
import { METRICS } from "./names.ts";
import { inParallel } from "./parallel.ts";
import { type ClaimedAlert, claimMs, type Invocation, type RelayDeps } from "./relay.ts";
import type { SecurityEvent } from "./security-event.ts";
import type { Tally } from "./tally.ts";

const { names } = METRICS;

export interface RecordDeps extends RelayDeps {
  readonly config: Config;
}

/** What storing a delivery's events came to. */
export interface Recording {
  /** Alerts that are this delivery's to publish. */
  readonly claimed: readonly ClaimedAlert[];
  /** Why some event is not durable yet, so that Meta has to deliver again. */
  readonly incomplete: "table" | "time" | undefined;
}

/** With less time left no write is started: the answer must still reach Meta. */
const ANSWER_RESERVE_MS = 3_000;

/** Stores every event, each on its own: one that cannot be stored never holds up the others. */
export async function recordAll(
  events: readonly SecurityEvent[],
  deps: RecordDeps,
  invocation: Invocation,
  tally: Tally,
): Promise<Recording> {
  const claimed: ClaimedAlert[] = [];
  let incomplete: Recording["incomplete"];
  await inParallel(events, CONCURRENCY, async (event) => {
    if (invocation.getRemainingTimeInMillis() < ANSWER_RESERVE_MS) {
      incomplete ??= "time";
      return;
    }
    try {
      const alert = await record(event, deps, tally);
      if (alert) claimed.push(alert);
    } catch (error) {
      incomplete = "table";
      tally.fail(names.storeFailed, error);
    }
  });
  return { claimed, incomplete };
}

async function record(
  event: SecurityEvent,
  deps: RecordDeps,
  tally: Tally,
): Promise<ClaimedAlert | undefined> {
  if (!isAlerting(event, deps.config)) {
    countRecorded(await deps.table.record(event), event, tally);
    return undefined;
  }
  const token = deps.newToken();
  const expiresAt = deps.now() + claimMs(1);
  const recorded = await deps.table.recordPending(event, { token, expiresAt });
  countRecorded(recorded, event, tally);
  if (recorded === "stored") return { event, token };
  return recorded === "duplicate" ? takeOver(event, token, deps, tally) : undefined;
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
  tally: Tally,
): Promise<ClaimedAlert | undefined> {
  const at = now();
  try {
    const stored = await table.claim(event, { token, expiresAt: at + claimMs(1) }, at);
    return stored && { event: stored, token };
  } catch (error) {
    tally.fail(names.relayFailed, error);
    return undefined;
  }
}

const STORED_BY_EVENT: ReadonlyMap<string | undefined, MetricName> = new Map([
  ["PIN_RESET_REQUEST", names.storedResetRequest],
  ["PIN_REQUEST_SUCCESS", names.storedRequestSuccess],
  ["PIN_CHANGED", names.storedPinChanged],
]);

function countRecorded(recorded: Recorded, event: SecurityEvent, tally: Tally): void {
  if (recorded === "duplicate") tally.add(names.duplicate);
  if (recorded === "refused") tally.fail(names.quarantined, "refused by DynamoDB");
  if (recorded !== "stored") return;
  tally.add(names.stored);
  tally.add(STORED_BY_EVENT.get(event.event) ?? names.unknownEvent);
  if (event.test) tally.add(names.testStored);
}
