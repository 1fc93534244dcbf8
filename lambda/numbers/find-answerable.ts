import { toInstant } from "../event/event-time.ts";
import type { AlertState, StoredAlert } from "../event/stored-alert.ts";
import { isTaken } from "./offer.ts";
import { compareAlerts, compareEvents, toEffect } from "./order.ts";

/**
 * The alert of a number that an answer by AWS credentials is for: the worst of the open ones, else
 * of the lapsed ones; else, where one that is not published yet counts, the worst of those; else the
 * newest that was published, to which another answer is added.
 */
export function findAnswerable(
  history: readonly StoredAlert[],
  { takesPending = false }: { readonly takesPending?: boolean } = {},
): StoredAlert | undefined {
  const taken = history.filter((each) => isTaken(each, "credentials"));
  const published = taken.filter(({ alert }) => alert !== "pending");
  return (
    findWorst(published, "open") ??
    findWorst(published, "lapsed") ??
    (takesPending ? findWorst(taken, "pending") : undefined) ??
    published.toSorted((a, b) => compareEvents(a.event, b.event)).at(-1)
  );
}

const INCIDENT_MS = 48 * 3_600_000;

/**
 * The alert to open again because an answer was not true: the worst open one, else the worst of the
 * last 48 hours before the newest that was ended or lapsed.
 */
export function findReopenable(history: readonly StoredAlert[]): StoredAlert | undefined {
  const over = history.filter(canReopen).toSorted((a, b) => compareEvents(a.event, b.event));
  const newest = over.at(-1);
  if (!newest) return undefined;
  const since = toInstant(newest.event) - INCIDENT_MS;
  const last = over.filter(({ event }) => toInstant(event) >= since);
  return findWorst(over, "open") ?? findWorst(last);
}

/** Neither a test nor a PIN that was set repeats, so neither can be opened. */
export function canReopen(stored: StoredAlert): boolean {
  const { alert, event } = stored;
  const isOver = alert === "open" || alert === "acknowledged" || alert === "lapsed";
  return isOver && isTaken(stored, "credentials") && toEffect(event) !== "on";
}

function findWorst(alerts: readonly StoredAlert[], state?: AlertState): StoredAlert | undefined {
  return alerts
    .filter(({ alert }) => state === undefined || alert === state)
    .toSorted((a, b) => compareAlerts(a.event, b.event))
    .at(-1);
}
