import { setTimeout as delay } from "node:timers/promises";
import type { Selection } from "../../deployment/event-queries.ts";
import { type EventSource, queryEvents } from "../../deployment/events.ts";
import { take } from "../../deployment/merge.ts";
import type { StoredEvent } from "../../deployment/stored-event.ts";

export interface FollowOptions {
  /** How many of the events that are there already come first. */
  readonly last: number;
  /** How old, by Meta's time, an event that arrives may be; any without it. */
  readonly horizonSeconds?: number | undefined;
  readonly pauseMs: number;
  readonly signal: AbortSignal;
}

/** So many reads in a row may fail, as when a network goes away for a moment. */
const PATIENCE = 5;

/**
 * The newest events, oldest first, then each that is stored from now on, also those that arrive
 * late. Ends when the signal aborts.
 */
export async function* followEvents(
  source: EventSource,
  selection: Selection,
  { last, horizonSeconds, pauseMs, signal }: FollowOptions,
): AsyncIterable<StoredEvent> {
  const seen = new Set<string>();

  function readWindow(): Promise<StoredEvent[]> {
    const horizon = horizonSeconds && Math.floor(Date.now() / 1000) - horizonSeconds;
    const since = selection.since ?? horizon;
    return Array.fromAsync(queryEvents(source, { ...selection, since, limit: undefined }));
  }

  function keepUnseen(records: readonly StoredEvent[]): StoredEvent[] {
    const unseen = records.filter((record) => !seen.has(toId(record)));
    for (const record of unseen) seen.add(toId(record));
    return unseen;
  }

  keepUnseen(await readWindow());
  const newest = await Array.fromAsync(take(queryEvents(source, selection), last));
  keepUnseen(newest);
  yield* newest.reverse();

  let failures = 0;
  while (await pause(pauseMs, signal)) {
    try {
      yield* keepUnseen(await readWindow()).sort(byReceipt);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures > PATIENCE) throw error;
    }
  }
}

/** False when the signal aborts. */
function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return delay(milliseconds, true, { signal }).catch(() => false);
}

function toId({ wabaId, eventKey }: StoredEvent): string {
  return `${wabaId} ${eventKey}`;
}

function byReceipt(a: StoredEvent, b: StoredEvent): number {
  return String(a.receivedAt).localeCompare(String(b.receivedAt));
}
