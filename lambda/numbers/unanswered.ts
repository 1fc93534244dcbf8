import { type Answer, endsAlert, isConfirmed } from "../event/answer.ts";
import type { AlertState, StoredAlert } from "../event/stored-alert.ts";

/** Whether an alert in this state waits for an answer as long as none has ended it. */
const WAITS = {
  none: false,
  pending: true,
  published: false,
  open: true,
  acknowledged: false,
  superseded: false,
  lapsed: true,
} as const satisfies Record<AlertState, boolean>;

type Answered = Pick<StoredAlert, "answers">;

/** Whether nobody has ended the alert: the one meaning of "unanswered". Tests never are. */
export function isUnanswered({ alert, answers, event }: StoredAlert): boolean {
  return WAITS[alert] && !event.test && findEnd({ answers }) === undefined;
}

/**
 * Since when the alert is over, by the claim of a link's holder, in milliseconds since the epoch;
 * infinite where nobody has ended it, minus infinite where somebody with AWS credentials has, or
 * where it never waited. Tests never wait.
 */
export function toClaimedOverAt({ alert, answers, event }: StoredAlert): number {
  const ends = toStanding(answers).filter(({ answer }) => endsAlert(answer));
  const [first] = ends;
  const isEndedByLink = alert === "acknowledged" && first !== undefined;
  const hasWaited = (WAITS[alert] || isEndedByLink) && !event.test;
  if (!hasWaited || ends.some(isConfirmed)) return Number.NEGATIVE_INFINITY;
  return first ? Date.parse(first.at) || 0 : Number.POSITIVE_INFINITY;
}

/** The answer that ended the alert: the first such one since it was opened last. */
export function findEnd({ answers }: Answered): Answer | undefined {
  return toStanding(answers).find(({ answer }) => endsAlert(answer));
}

/** When the alert was received, or opened again since; milliseconds since the epoch. */
export function toOpenedAt({ event, answers }: Pick<StoredAlert, "event" | "answers">): number {
  const reopened = answers.findLast(({ answer }) => answer === "reopen");
  const receivedAt = Date.parse(event.receivedAt) || 0;
  return Math.max(receivedAt, Date.parse(reopened?.at ?? "") || 0);
}

/** The answers that nobody has taken back. */
export function toStanding(answers: readonly Answer[]): readonly Answer[] {
  const reopened = answers.findLastIndex(({ answer }) => answer === "reopen");
  return answers.slice(reopened + 1);
}
