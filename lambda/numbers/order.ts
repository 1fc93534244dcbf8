import { toInstant } from "../event/event-time.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import type { KnownEvent } from "../shared/names.ts";

/** What an event says about two-step verification of its number. */
export type Effect = "on" | "requested" | "off";

const EFFECTS = {
  PIN_CHANGED: "on",
  PIN_RESET_REQUEST: "requested",
  PIN_REQUEST_SUCCESS: "off",
} as const satisfies Record<KnownEvent, Effect>;

/** Undefined for an event that Meta does not document: nobody knows what it means. */
export function toEffect({ event = "" }: Pick<SecurityEvent, "event">): Effect | undefined {
  return Object.hasOwn(EFFECTS, event) ? EFFECTS[event as KnownEvent] : undefined;
}

const SEVERITY = { on: 0, requested: 2, off: 3 } as const satisfies Record<Effect, number>;

/** A completed reset before a requested one, an unknown event between that and a changed PIN. */
export function toSeverity(effect: Effect | undefined): number {
  return effect === undefined ? 1 : SEVERITY[effect];
}

/** Whole seconds: nobody knows the order of what happened within one. */
export function toSecond(instant: number): number {
  return Math.floor(instant / 1000);
}

/** The oldest first; of one second the worse counts as the later. */
export function compareEvents(a: SecurityEvent, b: SecurityEvent): number {
  return (
    toSecond(toInstant(a)) - toSecond(toInstant(b)) || compareSeverity(a, b) || compareKeys(a, b)
  );
}

export function findLastEvent(history: readonly StoredAlert[]): SecurityEvent | undefined {
  return history
    .map(({ event }) => event)
    .sort(compareEvents)
    .at(-1);
}

/** The less severe first, of equals the older: of a number's open alerts the last one repeats. */
export function compareAlerts(a: SecurityEvent, b: SecurityEvent): number {
  return compareSeverity(a, b) || compareEvents(a, b);
}

function compareSeverity(a: SecurityEvent, b: SecurityEvent): number {
  return toSeverity(toEffect(a)) - toSeverity(toEffect(b));
}

function compareKeys(a: SecurityEvent, b: SecurityEvent): number {
  const [first, second] = [a, b].map(({ eventKey, wabaId }) => `${eventKey} ${wabaId}`);
  return Number(String(first) > String(second)) - Number(String(first) < String(second));
}
