import { type Answer, isAskedByLink, isConfirmed } from "../event/answer.ts";
import { toInstant } from "../event/event-time.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import type { Known, PinState, Protection, Step } from "./known.ts";
import { toEffect, toSeverity } from "./order.ts";

/**
 * What people said and Meta answered when asked, each after every event that had come by then, but
 * never after a completed reset that came later: nobody meant that one.
 */
export function toHeardSteps(
  history: readonly StoredAlert[],
  readings: readonly PinState[],
): readonly Step[] {
  const heard = [...history.flatMap(toAnswerSteps), ...readings.map(toReadingStep)];
  const come = history
    .filter(({ event }) => toEffect(event))
    .map(({ event }) => ({ event, receivedAt: toReceivedAt(event), at: toInstant(event) }))
    .sort((a, b) => a.receivedAt - b.receivedAt);
  const limits = toLimits(come);
  let latest = Number.NEGATIVE_INFINITY;
  let index = 0;
  return heard
    .sort((a, b) => a.at - b.at)
    .map((step) => {
      for (let next = come[index]; next && next.receivedAt <= step.at; next = come[++index]) {
        latest = Math.max(latest, next.at);
      }
      return toStepAfter(step, latest, limits[index]);
    });
}

interface Come {
  readonly event: SecurityEvent;
  readonly at: number;
}

/** Of each event the earliest completed reset from it on, in the order of receipt. */
function toLimits(come: readonly Come[]): readonly number[] {
  let earliest = Number.POSITIVE_INFINITY;
  return come
    .toReversed()
    .map(({ event, at }) => {
      if (toEffect(event) === "off") earliest = Math.min(earliest, at);
      return earliest;
    })
    .reverse();
}

/** Meta's clock may be ahead of ours. What is moved has the order in which it was heard. */
function toStepAfter(step: Step, event: number, limit = Number.POSITIVE_INFINITY): Step {
  const at = Math.min(event + SECOND_MS, limit);
  return step.at < at ? { ...step, at, severity: BEFORE_EVENTS } : step;
}

const SECOND_MS = 1000;
/** Of one second an event counts as later than what was said. */
const BEFORE_EVENTS = -1;

function toReceivedAt({ receivedAt }: Pick<SecurityEvent, "receivedAt">): number {
  return Date.parse(receivedAt) || 0;
}

function toAnswerSteps({ event, answers }: StoredAlert): Step[] {
  const receivedAt = toReceivedAt(event);
  return answers.map((answer) => {
    // Whatever the clock of the person's computer says: nobody answers what has not come yet.
    const at = Math.max(Date.parse(answer.at) || 0, receivedAt);
    return { at, severity: BEFORE_EVENTS, next: (known) => hear(known, answer, at) };
  });
}

/** Two of the answers say what no event does when a PIN is set by API. */
function hear(known: Known, answer: Answer, at: number): Known {
  if (answer.answer === "reopen") return { ...known, said: undefined, claim: undefined };
  if (answer.answer !== "pin-set" && answer.answer !== "moved") return known;
  const state = answer.answer === "moved" ? "moved" : "protected";
  const says = isAskedByLink(answer) ? "protect" : answer.name;
  const after: Protection = { state, since: at, says };
  const { fact, said } = known;
  // Meta was asked about it: nobody can take that back.
  if (answer.origin === "protect") return { fact: after };
  if (isConfirmed(answer)) return { fact, said: after };
  return (said ?? fact).state === state ? known : { ...known, claim: answer };
}

function toReadingStep({ isPinEnabled, at }: PinState): Step {
  const next = ({ fact, said }: Known): Known => {
    return { fact: read(said ?? fact, isPinEnabled, at) };
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
