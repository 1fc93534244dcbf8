import { ATTRIBUTE } from "../shared/item-names.ts";
import { ANSWER_KINDS, ANSWER_ORIGINS, type Answer } from "./answer.ts";
import {
  type Item,
  readFlag,
  readNumber,
  readText,
  toProjection,
  toStoredEvent,
} from "./event-item.ts";
import type { SecurityEvent } from "./security-event.ts";

/**
 * What has become of an event's alert:
 * - `none`: the event alerts nobody
 * - `pending`: SNS has not taken the alert yet, as far as is known
 * - `published`: published once, never repeated: tests, changed PINs, and all where repeats are off
 * - `open`: published, and repeated until somebody ends it
 * - `acknowledged`: somebody has ended it by an answer
 * - `superseded`: another alert of the same number repeats in its place
 * - `lapsed`: nobody has ended it in time
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
  /** Stored in plain form: no index by fields shows it. */
  readonly isPlain?: true;
}

/** The one reader of a stored item. */
export function toStoredAlert(item: Item): StoredAlert {
  const texts = {
    publishedAt: readText(item, "alertPublishedAt"),
    incidentCode: readText(item, "incidentCode"),
    supersededBy: readText(item, "supersededBy"),
    claimToken: readText(item, "claimToken"),
  };
  const dueAt = readNumber(item, "dueAt");
  const given = Object.fromEntries(Object.entries(texts).filter(([, value]) => value));
  return {
    event: toStoredEvent(item),
    alert: (readText(item, "alert") ?? "none") as AlertState,
    attempts: readNumber(item, "alertAttempts") || 0,
    repeats: readNumber(item, "alertRepeats") || 0,
    answers: (item[ATTRIBUTE.answers]?.L ?? []).map(({ M = {} }) => toAnswer(M)),
    announcedAnswers: readNumber(item, "announcedAnswers") || 0,
    ...(given as { [Name in keyof typeof texts]?: string }),
    ...(Number.isFinite(dueAt) && { dueAt }),
    ...(readFlag(item, "plain") && { isPlain: true }),
  };
}

/** What is read for a history: never the value, which can be large, nor the incident's code. */
export const HISTORY = toProjection([
  "wabaId",
  "eventKey",
  "event",
  "displayPhoneNumber",
  "requester",
  "time",
  "sentAt",
  "receivedAt",
  "test",
  "alert",
  "alertRepeats",
  "alertPublishedAt",
  "answers",
  "announcedAnswers",
  "supersededBy",
]);

/** A kind that this version does not know ends nothing, as `handling` does. */
function toAnswer(item: Item): Answer {
  const from = item.from?.S ?? "";
  const origin = ANSWER_ORIGINS.find((each) => each === item.origin?.S);
  return {
    name: item.name?.S ?? "",
    answer: ANSWER_KINDS.find((each) => each === item.answer?.S) ?? "handling",
    at: item.at?.S ?? "",
    from,
    origin: origin ?? (from === "terminal" ? "terminal" : "link"),
  };
}
