import type { Answer } from "../event/answer.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { toStory } from "../numbers/incident.ts";
import type { NumberState } from "../numbers/number-state.ts";
import { compareAlerts } from "../numbers/order.ts";
import { findEnd, toOpenedAt } from "../numbers/unanswered.ts";
import type { Config } from "../shared/config.ts";
import type { Claimed } from "./claims.ts";
import type { EventTable } from "./event-table.ts";
import { readNumberFacts } from "./number-facts.ts";
import type { Outbox } from "./outbox.ts";
import { repeats, toLapseAt } from "./repeat-times.ts";

export interface RepeatDeps {
  readonly config: Config;
  readonly table: EventTable;
  readonly outbox: Outbox;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What a repeat says beside its event. */
export interface Repeat {
  /** The incident's events, the oldest first. */
  readonly story: readonly SecurityEvent[];
  /** Who is handling it, where that was said last. */
  readonly handling?: Answer;
  /** When it was opened again, milliseconds since the epoch. */
  readonly reopenedAt?: number;
  /** The number's state, and its sentence. */
  readonly number: Pick<NumberState, "state" | "sentence">;
  /** Who asked for the last reset. */
  readonly requester?: string;
  /** The alert lapses with this message. */
  readonly isLast: boolean;
}

/** An index can be late: at most this many other alerts are looked up in the table itself. */
const MAX_LOOK_UPS = 5;

/**
 * What the repeat of this open alert says. Undefined if the alert was closed instead: because repeats
 * are off by now, or because another alert of its number repeats in its place or was ended since.
 */
export async function prepareRepeat(
  claimed: Claimed,
  deps: RepeatDeps,
): Promise<Repeat | undefined> {
  const { stored } = claimed;
  const { config, outbox, table } = deps;
  if (!repeats(config)) return void (await outbox.close(claimed, "lapsed"));
  const { history, state } = await readNumberFacts(stored, table, config);
  const supersededBy = await findSuperseding(history, stored, table);
  if (supersededBy) return void (await outbox.close(claimed, { supersededBy }));
  const { events, requester } = toStory(history, stored.event);
  const handling = state.incident?.handling;
  const isReopened = stored.answers.some(({ answer }) => answer === "reopen");
  const now = deps.now();
  return {
    story: events,
    number: state,
    ...(handling && { handling }),
    ...(isReopened && { reopenedAt: toOpenedAt(stored) }),
    ...(requester && { requester }),
    isLast: now >= toLapseAt(stored, now),
  };
}

/** Of a number's open alerts only the worst repeats, of equally bad ones the newest. */
async function findSuperseding(
  history: readonly StoredAlert[],
  stored: StoredAlert,
  table: EventTable,
): Promise<string | undefined> {
  const worse = history
    .filter(({ alert, event }) => MAY_SUPERSEDE.includes(alert) && !event.test)
    .filter(({ event }) => compareAlerts(event, stored.event) > 0)
    .sort((a, b) => compareAlerts(b.event, a.event));
  // Reads the table, because the index is eventually consistent.
  for (const { event } of worse.slice(0, MAX_LOOK_UPS)) {
    const now = await table.find(event);
    if (now && (now.alert === "open" || wasEndedSince(now, stored))) return event.eventKey;
  }
  return undefined;
}

const MAY_SUPERSEDE: readonly StoredAlert["alert"][] = ["pending", "open", "acknowledged"];

/**
 * Whether the other alert was ended after this one was published: the person meant this one too, but
 * the index did not show it yet. An operator's clock may be wrong, so that it proves nothing.
 */
function wasEndedSince(other: StoredAlert, { publishedAt = "" }: StoredAlert): boolean {
  const end = other.alert === "acknowledged" ? findEnd(other) : undefined;
  const isClockOurs = end?.origin === "link" || end?.origin === "dashboard";
  return isClockOurs && end.at > publishedAt;
}
