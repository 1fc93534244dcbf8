import { type Answer, isAskedByLink, isConfirmed, settlesNumber } from "../event/answer.ts";
import { toInstant } from "../event/event-time.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import type { Known, PinState, Protection, Step } from "./known.ts";
import { toEffect, toSeverity } from "./order.ts";

/**
 * People's answers and Meta's readings as steps. Each comes after all events that had been received
 * by then, but before a completed reset that was received later: nobody meant that one.
 */
export function toHeardSteps(
  history: readonly StoredAlert[],
  readings: readonly PinState[],
): readonly Step[] {
  const heard = [...history.flatMap(toAnswerSteps), ...readings.map(toReadingStep)];
  const received = history
    .filter(({ event }) => toEffect(event))
    .map(({ event }) => ({ event, receivedAt: toReceivedAt(event), at: toInstant(event) }))
    .sort((a, b) => a.receivedAt - b.receivedAt);
  const limits = toLimits(received);
  let latest = Number.NEGATIVE_INFINITY;
  let index = 0;
  return heard
    .sort((a, b) => a.at - b.at)
    .map((step) => {
      for (
        let next = received[index];
        next && next.receivedAt <= step.at;
        next = received[++index]
      ) {
        latest = Math.max(latest, next.at);
      }
      return toStepAfter(step, latest, limits[index]);
    });
}

interface Received {
  readonly event: SecurityEvent;
  readonly at: number;
}

/** For each event, in the order of receipt: the earliest completed reset among it and those after. */
function toLimits(received: readonly Received[]): readonly number[] {
  let earliest = Number.POSITIVE_INFINITY;
  return received
    .toReversed()
    .map(({ event, at }) => {
      if (toEffect(event) === "off") earliest = Math.min(earliest, at);
      return earliest;
    })
    .reverse();
}

/** Meta's clock may be ahead of ours. Steps that are moved keep their order. */
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
    // The clock of a person's computer may be wrong: nobody answers before the event has come.
    const at = Math.max(Date.parse(answer.at) || 0, receivedAt);
    return { at, severity: BEFORE_EVENTS, next: (known) => applyAnswer(known, answer, at) };
  });
}

/** Two of the answers say what no event does when a PIN is set by API. */
function applyAnswer(known: Known, answer: Answer, at: number): Known {
  if (answer.answer === "reopen") return { ...known, said: undefined, claim: undefined };
  if (!settlesNumber(answer.answer)) return known;
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
    return { fact: applyReading(said ?? fact, isPinEnabled, at) };
  };
  return { at, severity: toSeverity(isPinEnabled ? "on" : "off"), next };
}

/** That a PIN is enabled says neither whose it is, nor that nobody asks for its reset. */
function applyReading(before: Protection, isPinEnabled: boolean, at: number): Protection {
  const { state } = before;
  if (isPinEnabled && state === "disputed") return before;
  const isKnown = isPinEnabled
    ? state === "protected" || state === "reset requested"
    : state === "UNPROTECTED";
  if (isKnown) return { ...before, says: "Meta" };
  return { state: isPinEnabled ? "protected" : "UNPROTECTED", since: at, says: "Meta" };
}
