import type { Answer } from "../event/answer.ts";
import { toInstant } from "../event/event-time.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { compareAlerts, compareEvents, toEffect } from "./order.ts";
import { isUnanswered, toOpenedAt, toStanding } from "./unanswered.ts";

/** What happened to a number around its unanswered alerts, or around one alert that is looked at. */
export interface Story {
  /** From 48 hours before the oldest of those alerts on, the oldest first. */
  readonly events: readonly SecurityEvent[];
  /** The answers to all alerts of the story, in order, each once. */
  readonly answers: readonly Answer[];
  /** Who asked for the last reset, where Meta said so. */
  readonly requester?: string;
}

/** A number's alerts that nobody has ended. */
export interface Incident extends Story {
  readonly displayPhoneNumber: string;
  /** Account, key and name of the alert that repeats: the worst, of equals the newest. */
  readonly wabaId: string;
  readonly eventKey: string;
  readonly event: string;
  /** When its oldest unanswered alert was received or opened again, milliseconds since the epoch. */
  readonly since: number;
  /** Whether it is no longer repeated, because nobody ended it in time. */
  readonly lapsed: boolean;
  /** Who is handling it, where that is the last answer to it: it may still pause the repeats. */
  readonly handling?: Answer;
}

/** A number's incident; `history`: all its events. Undefined where every alert has ended. */
export function toIncident(history: readonly StoredAlert[]): Incident | undefined {
  const unanswered = history.filter(isUnanswered);
  const worst = unanswered.toSorted((a, b) => compareAlerts(a.event, b.event)).at(-1);
  if (!worst) return undefined;
  const { wabaId, eventKey, event = "", displayPhoneNumber = "" } = worst.event;
  const last = toStanding(worst.answers).at(-1);
  return {
    ...toStory(history),
    displayPhoneNumber,
    wabaId,
    eventKey,
    event,
    since: unanswered.map(toOpenedAt).reduce((a, b) => Math.min(a, b)),
    lapsed: unanswered.every(({ alert }) => alert === "lapsed"),
    // None that stands has ended the alert, so the last one is "handling".
    ...(last && { handling: last }),
  };
}

const BEFORE_MS = 48 * 3_600_000;

/** The story of a number's unanswered alerts, and of the alert that is looked at, if any. */
export function toStory(history: readonly StoredAlert[], looked?: SecurityEvent): Story {
  const ofNumber = history.filter(({ event }) => !event.test);
  const begins = ofNumber.filter(isUnanswered).map(({ event }) => toInstant(event));
  if (looked) begins.push(toInstant(looked));
  const from = begins.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY) - BEFORE_MS;
  const within = ofNumber
    .filter(({ event }) => toInstant(event) >= from)
    .sort((a, b) => compareEvents(a.event, b.event));
  const events = within.map(({ event }) => event);
  const request = events.findLast((event) => toEffect(event) === "requested");
  return {
    events,
    answers: toAnswers(within),
    ...(request?.requester && { requester: request.requester }),
  };
}

/** One answer may stand with several alerts. */
function toAnswers(alerts: readonly StoredAlert[]): readonly Answer[] {
  const distinct = new Map<string, Answer>();
  for (const answer of alerts.flatMap(({ answers }) => answers)) {
    distinct.set(JSON.stringify([answer.name, answer.answer, answer.at, answer.from]), answer);
  }
  return [...distinct.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/**
 * Every incident, the one that waits longest first: one for each number, whatever the account;
 * where Meta named no number, one for each alert, because an answer is to that alert only.
 */
export function toIncidents(history: readonly StoredAlert[]): Incident[] {
  const byNumber = Map.groupBy(history, ({ event }) => {
    return event.displayPhoneNumber || `${event.wabaId} ${event.eventKey}`;
  });
  return [...byNumber.values()]
    .map(toIncident)
    .filter((incident) => incident !== undefined)
    .sort((a, b) => a.since - b.since);
}
