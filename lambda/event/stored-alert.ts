import type { Answer, AnswerKind } from "./answer.ts";
import { type Item, toStoredEvent } from "./event-item.ts";
import type { SecurityEvent } from "./security-event.ts";

/**
 * What has become of an event's alert:
 * - `none`: the event alerts nobody
 * - `pending`: SNS has not taken the alert yet, as far as is known
 * - `published`: told once and for all: tests, and all alerts where repeats are off
 * - `open`: told, and repeated until somebody answers
 * - `acknowledged`: somebody has answered
 * - `superseded`: a newer alert of the same number repeats in its place
 * - `lapsed`: nobody has answered in time
 */
export type AlertState =
  | "none"
  | "pending"
  | "published"
  | "open"
  | "acknowledged"
  | "superseded"
  | "lapsed";

/** A stored event together with what became of its alert. */
export interface StoredAlert {
  readonly event: SecurityEvent;
  readonly alert: AlertState;
  /** Claims since the last publication. */
  readonly attempts: number;
  /** Repeats that SNS has taken. */
  readonly repeats: number;
  /** ISO 8601. */
  readonly publishedAt?: string;
  /** Proves that somebody has read a message about this event: for links only. */
  readonly incidentCode?: string;
  /** In the order in which they came. */
  readonly answers: readonly Answer[];
  /** How many of the answers all subscribers know. */
  readonly announcedAnswers: number;
  /** Key of the alert that repeats in its place. */
  readonly supersededBy?: string;
  readonly claimToken?: string;
  /** When the outbox has something to do about it, milliseconds since the epoch. */
  readonly dueAt?: number;
}

export function toStoredAlert(item: Item): StoredAlert {
  return {
    event: toStoredEvent(item),
    alert: (item.alert?.S ?? "none") as AlertState,
    attempts: toCount(item, "alertAttempts"),
    repeats: toCount(item, "alertRepeats"),
    ...(item.alertPublishedAt?.S && { publishedAt: item.alertPublishedAt.S }),
    ...(item.incidentCode?.S && { incidentCode: item.incidentCode.S }),
    answers: (item.answers?.L ?? []).map(({ M = {} }) => toAnswer(M)),
    announcedAnswers: toCount(item, "announcedAnswers"),
    ...(item.supersededBy?.S && { supersededBy: item.supersededBy.S }),
    ...(item.claimToken?.S && { claimToken: item.claimToken.S }),
    ...(item.dueAt?.N && { dueAt: Number(item.dueAt.N) }),
  };
}

function toCount(item: Item, name: string): number {
  return Number(item[name]?.N ?? 0);
}

function toAnswer(item: Item): Answer {
  return {
    name: item.name?.S ?? "",
    answer: item.answer?.S as AnswerKind,
    at: item.at?.S ?? "",
    from: item.from?.S ?? "",
  };
}
