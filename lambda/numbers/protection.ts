import type { Answer } from "../event/answer.ts";
import { toInstant } from "../event/event-time.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { toHeardSteps } from "./heard.ts";
import type { Known, PinState, Protection, Step } from "./known.ts";
import { type Effect, toEffect, toSecond, toSeverity } from "./order.ts";
import { isUnconfirmed } from "./unanswered.ts";

/** By all that happened to one number, in order, and what people and Meta said meanwhile. */
export function toProtection(
  history: readonly StoredAlert[],
  readings: readonly PinState[],
): Protection & { readonly claim?: Answer } {
  const steps = [...history.flatMap(toEventSteps), ...toHeardSteps(history, readings)];
  const { fact, said, claim } = steps
    .sort((a, b) => toSecond(a.at) - toSecond(b.at) || a.severity - b.severity || a.at - b.at)
    .reduce<Known>((known, { next }) => next(known), { fact: { state: "unknown" } });
  return { ...(said ?? fact), ...(claim && { claim }) };
}

function toEventSteps(alert: StoredAlert): Step[] {
  const effect = toEffect(alert.event);
  if (effect === undefined) return [];
  const at = toInstant(alert.event);
  const alertAt = effect !== "on" && isUnconfirmed(alert) ? at : undefined;
  const next = (known: Known): Known => {
    const after = EVENT_STEPS[effect](known, at);
    return alertAt === undefined ? after : { ...after, alertAt };
  };
  return [{ at, severity: toSeverity(effect), next }];
}

const EVENT_STEPS: Readonly<Record<Effect, (known: Known, at: number) => Known>> = {
  on: ({ fact, said, alertAt }, at) => {
    const before = said ?? fact;
    const isDisputed = before.state === "disputed" || isNear(alertAt, at);
    const state = isDisputed ? "disputed" : "protected";
    return { fact: turn(before, { state, since: at }), alertAt };
  },
  /** Asking for a reset takes no protection away, and gives none back. */
  requested: ({ fact, said, ...known }, at) => {
    const request = (before: Protection): Protection => {
      const isWorse = before.state === "UNPROTECTED" || before.state === "disputed";
      return isWorse ? before : turn(before, { state: "reset requested", since: at });
    };
    return { ...known, fact: request(fact), said: said && request(said) };
  },
  off: ({ fact, said, alertAt }, at) => {
    return { fact: turn(said ?? fact, { state: "UNPROTECTED", since: at }), alertAt };
  },
};

const DISPUTE_MS = 48 * 3_600_000;

/** A PIN that was set so soon after an alert that nobody has confirmed to be over may be the attacker's. */
function isNear(alertAt: number | undefined, at: number): boolean {
  return alertAt !== undefined && at - alertAt <= DISPUTE_MS;
}

/** What lasts has its first moment. */
function turn(before: Protection, after: Protection): Protection {
  return before.state === after.state ? before : after;
}
