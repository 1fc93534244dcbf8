import type { Answer } from "../event/answer.ts";
import { toInstant } from "../event/event-time.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { toHeardSteps } from "./heard.ts";
import type { Known, PinState, Protection, Step } from "./known.ts";
import { type Effect, toEffect, toSecond, toSeverity } from "./order.ts";
import { toClaimedOverAt } from "./unanswered.ts";

/** By all that happened to one number, in order, and what people and Meta said meanwhile. */
export function toProtection(
  history: readonly StoredAlert[],
  readings: readonly PinState[],
): Protection & { readonly claim?: Answer } {
  const waiting = history.flatMap(toWaiting);
  // Those that are equal keep this order: events, then what was heard.
  const steps = [
    ...history.flatMap((alert) => toEventSteps(alert, waiting)),
    ...toHeardSteps(history, readings),
  ];
  const { fact, said, claim } = steps
    .sort((a, b) => toSecond(a.at) - toSecond(b.at) || a.severity - b.severity)
    .reduce<Known>((known, { next }) => next(known), { fact: { state: "unknown" } });
  return { ...(said ?? fact), ...(claim && { claim }) };
}

/** An alert that may be an attack. */
interface Waiting {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** See `toClaimedOverAt`. */
  readonly claimedOverAt: number;
}

function toWaiting(alert: StoredAlert): Waiting[] {
  const effect = toEffect(alert.event);
  if (effect !== "requested" && effect !== "off") return [];
  return [{ at: toInstant(alert.event), claimedOverAt: toClaimedOverAt(alert) }];
}

function toEventSteps({ event }: StoredAlert, waiting: readonly Waiting[]): Step[] {
  const effect = toEffect(event);
  if (effect === undefined) return [];
  const at = toInstant(event);
  const next = (known: Known) => EVENT_STEPS[effect](known, at, waiting);
  return [{ at, severity: toSeverity(effect), next }];
}

type EventStep = (known: Known, at: number, waiting: readonly Waiting[]) => Known;

const EVENT_STEPS: Readonly<Record<Effect, EventStep>> = {
  on: ({ fact, said }, at, waiting) => {
    const before = said ?? fact;
    const isDisputed =
      before.state === "disputed" || waiting.some((alert) => isDisputing(alert, at));
    const state = isDisputed ? "disputed" : "protected";
    return { fact: turn(before, { state, since: at }) };
  },
  /** Asking for a reset takes no protection away, and gives none back. */
  requested: ({ fact, said, ...known }, at) => {
    const request = (before: Protection): Protection => {
      const isWorse = before.state === "UNPROTECTED" || before.state === "disputed";
      return isWorse ? before : turn(before, { state: "reset requested", since: at });
    };
    return { ...known, fact: request(fact), said: said && request(said) };
  },
  off: ({ fact, said }, at) => {
    return { fact: turn(said ?? fact, { state: "UNPROTECTED", since: at }) };
  },
};

const DISPUTE_MS = 48 * 3_600_000;

/**
 * A PIN that was set so soon after an alert that nobody had ended may be the attacker's; what a link's
 * holder says afterwards does not change that.
 */
function isDisputing({ at, claimedOverAt }: Waiting, setAt: number): boolean {
  const isNear = toSecond(at) < toSecond(setAt) && setAt - at <= DISPUTE_MS;
  return isNear && toSecond(claimedOverAt) > toSecond(setAt);
}

/** What lasts has its first moment. */
function turn(before: Protection, after: Protection): Protection {
  return before.state === after.state ? before : after;
}
