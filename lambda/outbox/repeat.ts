import type { SecurityEvent } from "../event/security-event.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import type { Config } from "../shared/config.ts";
import type { Claimed } from "./claims.ts";
import type { EventTable } from "./event-table.ts";
import type { Outbox } from "./outbox.ts";
import { repeats, toLapseAt } from "./repeat-times.ts";

export interface RepeatDeps {
  readonly config: Config;
  readonly table: EventTable;
  readonly outbox: Outbox;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A number's last events: enough to find a newer alert and to tell what happened since. */
const HISTORY = 20;

/** Indexes lag behind: at most so many newer alerts are looked up in the table itself. */
const MAX_LOOK_UPS = 5;

/**
 * What happened to the number from this open alert on, oldest first; undefined where the alert is
 * not to be repeated but was closed: its time is over, repeats were turned off since, or a newer
 * alert of its number repeats or has been answered since.
 */
export async function prepareRepeat(
  claimed: Claimed,
  deps: RepeatDeps,
): Promise<readonly SecurityEvent[] | undefined> {
  const { stored } = claimed;
  const isOver = deps.now() >= toLapseAt(stored) || !repeats(deps.config);
  if (isOver) return void (await deps.outbox.close(claimed, "lapsed"));
  const { displayPhoneNumber } = stored.event;
  if (!displayPhoneNumber) return [stored.event];
  const history = await deps.table.numberHistory(displayPhoneNumber, HISTORY);
  const newer = history.filter(({ event }) => !event.test && isNewer(event, stored.event));
  const supersededBy = await findSuperseding(newer, stored, deps);
  if (supersededBy) return void (await deps.outbox.close(claimed, { supersededBy }));
  const since = newer.map(({ event }) => event).sort((a, b) => (isNewer(a, b) ? 1 : -1));
  return [stored.event, ...since];
}

/** Decided by the table: what the index says of an alert's state may be out of date. */
async function findSuperseding(
  newer: readonly StoredAlert[],
  { publishedAt = "" }: StoredAlert,
  { table }: RepeatDeps,
): Promise<string | undefined> {
  const alerts = newer.filter(({ alert }) => alert !== "none" && alert !== "published");
  for (const { event } of alerts.slice(0, MAX_LOOK_UPS)) {
    const now = await table.find(event);
    // Who answered before this alert was told did not know of it.
    const isAnswered =
      now?.alert === "acknowledged" && now.answers.some(({ at }) => at > publishedAt);
    if (now?.alert === "open" || isAnswered) return event.eventKey;
  }
  return undefined;
}

/** By Meta's time; events of one second by their keys, so that one of them is the newest. */
function isNewer(a: SecurityEvent, b: SecurityEvent): boolean {
  return a.time > b.time || (a.time === b.time && toId(a) > toId(b));
}

function toId({ eventKey, wabaId }: SecurityEvent): string {
  return `${eventKey} ${wabaId}`;
}
