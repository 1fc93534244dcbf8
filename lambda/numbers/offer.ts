import { type AnswerKind, OFFERED_ANSWERS } from "../event/answer.ts";
import { isSame } from "../event/event-item.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { REPEAT_HOURS } from "../shared/names.ts";
import { findEnd, isUnanswered, toOpenedAt } from "./unanswered.ts";

/** At most this many answers are stored with an event; by its link, at most these of them. */
export const MAX_ANSWERS = 50;
export const MAX_ANSWERS_BY_LINK = 5;

const HOUR_MS = 3_600_000;
/** So long after its end an alert takes answers by its link, and can be opened again by a button. */
export const LINK_AGE_MS = 7 * 24 * HOUR_MS;

/**
 * What the answer of a link's holder is for: the `incident` while the link's own alert is open, or
 * is superseded by one that is; afterwards its own `event` for seven days, then `nothing`.
 */
export type LinkScope = "incident" | "event" | "nothing";

/** `repeating`: see `findRepeating`. Answers by link are few, so that they lock out nobody. */
export function toLinkScope(
  stored: StoredAlert,
  repeating: StoredAlert | undefined,
  now: number,
): LinkScope {
  if (!isTaken(stored, "link")) return "nothing";
  if (repeating?.alert === "open") return "incident";
  const isYoung = stored.alert === "pending" || now < toEndedAt(stored) + LINK_AGE_MS;
  return isYoung ? "event" : "nothing";
}

/** What is offered, everywhere and for every alert, where an answer is taken. */
export function toOffered(isTaken: boolean): readonly AnswerKind[] {
  return isTaken ? OFFERED_ANSWERS : [];
}

/** Whether the event has room for another answer. Tests, and what alerts nobody, take none. */
export function isTaken(
  { alert, event, answers }: StoredAlert,
  by: "link" | "credentials",
): boolean {
  if (alert === "none" || event.test || answers.length >= MAX_ANSWERS) return false;
  if (by === "credentials") return true;
  return answers.filter(({ origin }) => origin === "link").length < MAX_ANSWERS_BY_LINK;
}

/** Whether one of a number's alerts waits, and has room for an answer by its own link. */
export function waitsForLink(history: readonly StoredAlert[]): boolean {
  return history.some((each) => isUnanswered(each) && isTaken(each, "link"));
}

/** The alert itself, or the one that repeats in its place, however many took over in between. */
export function findRepeating(
  stored: StoredAlert,
  history: readonly StoredAlert[],
): StoredAlert | undefined {
  const seen: StoredAlert[] = [];
  let current: StoredAlert | undefined = stored;
  while (current?.alert === "superseded") {
    seen.push(current);
    current = findSuperseding(current, history, seen);
  }
  return current;
}

/** Its key is known, not its account: of several the one that is not superseded in its turn. */
function findSuperseding(
  { supersededBy }: StoredAlert,
  history: readonly StoredAlert[],
  seen: readonly StoredAlert[],
): StoredAlert | undefined {
  const found = history
    .filter(({ event }) => event.eventKey === supersededBy)
    .filter(({ event }) => !seen.some((each) => isSame(each.event, event)));
  return found.find(({ alert }) => alert !== "superseded") ?? found[0];
}

/** When somebody ended the alert, else when its repeats ended or will end; ms since the epoch. */
function toEndedAt(stored: StoredAlert): number {
  const end = findEnd(stored);
  return (end && Date.parse(end.at)) || toOpenedAt(stored) + REPEAT_HOURS * HOUR_MS;
}
