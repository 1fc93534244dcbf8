import { type AnswerKind, OFFERED_ANSWERS } from "../event/answer.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { REPEAT_HOURS } from "../shared/names.ts";
import { findEnd } from "./unanswered.ts";

/** At most this many answers are stored with an event; by its link, at most these of them. */
export const MAX_ANSWERS = 50;
const MAX_ANSWERS_BY_LINK = 5;

const HOUR_MS = 3_600_000;
const LINK_AGE_MS = 7 * 24 * HOUR_MS;

/**
 * What the answer of a link's holder is for: the `incident` while the link's own alert is open, or
 * is superseded by one that is; afterwards its own `event` for seven days, then `nothing`.
 */
export type LinkScope = "incident" | "event" | "nothing";

/** `alerts`: those of the number. Answers by link are limited, so that they lock out nobody. */
export function toLinkScope(
  stored: StoredAlert,
  alerts: readonly StoredAlert[],
  now: number,
): LinkScope {
  const byLink = stored.answers.filter(({ origin }) => origin === "link");
  if (!canBeAnswered(stored) || byLink.length >= MAX_ANSWERS_BY_LINK) return "nothing";
  if (findRepeating(stored, alerts)?.alert === "open") return "incident";
  return now < toEndedAt(stored) + LINK_AGE_MS ? "event" : "nothing";
}

/** Whether an answer by AWS credentials can be stored with it. */
export function canBeAnswered({ alert, event, answers }: StoredAlert): boolean {
  return alert !== "none" && !event.test && answers.length < MAX_ANSWERS;
}

/** What is offered everywhere and for every alert; nothing where no answer is taken. */
export function toOffered(isTaken: boolean): readonly AnswerKind[] {
  return isTaken ? OFFERED_ANSWERS : [];
}

/** The alert itself, or the one that repeats in its place, however many took over in between. */
function findRepeating(
  stored: StoredAlert,
  alerts: readonly StoredAlert[],
): StoredAlert | undefined {
  const seen = new Set<string>();
  let current: StoredAlert | undefined = stored;
  while (current?.alert === "superseded" && !seen.has(current.event.eventKey)) {
    seen.add(current.event.eventKey);
    const { supersededBy }: StoredAlert = current;
    current = alerts.find(({ event }) => event.eventKey === supersededBy);
  }
  return current;
}

/** When somebody ended the alert, else when it was or will be given up; ms since the epoch. */
function toEndedAt(stored: StoredAlert): number {
  const end = findEnd(stored);
  const lapsesAt = (Date.parse(stored.event.receivedAt) || 0) + REPEAT_HOURS * HOUR_MS;
  return (end && Date.parse(end.at)) || lapsesAt;
}
