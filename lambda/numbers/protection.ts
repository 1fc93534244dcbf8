import { type Answer, isAskedByLink, isConfirmed } from "../event/answer.ts";
import { toInstant } from "../event/event-time.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { type Effect, toEffect, toSecond, toSeverity } from "./order.ts";
import { isUnconfirmed } from "./unanswered.ts";

/** From the worst to the best. */
export const PROTECTION_STATES = [
  "UNPROTECTED",
  "disputed",
  "reset requested",
  "unknown",
  "moved",
  "protected",
] as const;

/** Whether a number is protected, and how that is known. */
export interface Protection {
  readonly state: (typeof PROTECTION_STATES)[number];
  /** Milliseconds since the epoch of what brought the state about. */
  readonly since?: number;
  /** Who says so, where it was no event: a person who answered, or Meta when asked. */
  readonly says?: string;
}

/** What Meta said of a number when it was asked. */
export interface PinState {
  readonly displayPhoneNumber: string;
  readonly isPinEnabled: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What is known at one moment. An answer that is taken back leaves what is known without it. */
interface Known {
  readonly fact: Protection;
  readonly said?: Protection | undefined;
  readonly claim?: Answer | undefined;
  /** Milliseconds since the epoch of the last alert that nobody has confirmed to be over. */
  readonly alertAt?: number | undefined;
}

interface Step {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Of one second the worse counts as the later. */
  readonly severity: number;
  readonly next: (known: Known) => Known;
}

/** By all that happened to one number, in order, and what people and Meta said meanwhile. */
export function toProtection(
  history: readonly StoredAlert[],
  readings: readonly PinState[],
): Protection & { readonly claim?: Answer } {
  const steps = [
    ...history.flatMap(toEventSteps),
    ...history.flatMap(toAnswerSteps),
    ...readings.map(toReadingStep),
  ];
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

function toAnswerSteps({ event, answers }: StoredAlert): Step[] {
  const receivedAt = Date.parse(event.receivedAt) || 0;
  return answers.map((answer) => {
    // Whatever the clock of the person's computer says: nobody answers what has not come yet.
    const at = Math.max(Date.parse(answer.at) || 0, receivedAt);
    return { at, severity: -1, next: (known) => hear(known, answer, at) };
  });
}

/** Two of the answers say what no event does when a PIN is set by API. */
function hear(known: Known, answer: Answer, at: number): Known {
  if (answer.answer === "reopen") return { ...known, said: undefined, claim: undefined };
  if (answer.answer !== "pin-set" && answer.answer !== "moved") return known;
  const state = answer.answer === "moved" ? "moved" : "protected";
  const says = isAskedByLink(answer) ? "protect" : answer.name;
  const after: Protection = { state, since: at, says };
  const { fact, said, alertAt } = known;
  // Meta was asked about it: nobody can take that back.
  if (answer.origin === "protect") return { fact: after, alertAt };
  if (isConfirmed(answer)) return { fact, said: after, alertAt };
  return (said ?? fact).state === state ? known : { ...known, claim: answer };
}

function toReadingStep({ isPinEnabled, at }: PinState): Step {
  const next = ({ fact, said, alertAt }: Known): Known => {
    return { fact: read(said ?? fact, isPinEnabled, at), alertAt };
  };
  return { at, severity: toSeverity(isPinEnabled ? "on" : "off") + 0.5, next };
}

/** That a PIN is enabled says neither whose it is, nor that nobody asks for its reset. */
function read(before: Protection, isPinEnabled: boolean, at: number): Protection {
  const { state } = before;
  if (isPinEnabled && state === "disputed") return before;
  const isKnown = isPinEnabled
    ? state === "protected" || state === "reset requested"
    : state === "UNPROTECTED";
  if (isKnown) return { ...before, says: "Meta" };
  return { state: isPinEnabled ? "protected" : "UNPROTECTED", since: at, says: "Meta" };
}
