import { ANSWER_KINDS, type AnswerKind } from "../../event/answer.ts";
import { isKnown, toEventTexts, toInstant } from "../../event/event-texts.ts";
import type { SecurityEvent } from "../../event/security-event.ts";
import { count, toClock, toDuration } from "../../shared/time-text.ts";
import { toAlerts, toAnswered, toGroups } from "./answered.ts";
import type {
  AcknowledgedNotice,
  AnswersNotice,
  DigestItem,
  MessageContext,
  Notice,
  RepeatNotice,
} from "./notice.ts";

export const ANSWER_WORDS: Readonly<Record<AnswerKind, string>> = {
  planned: "this was planned",
  handling: "being handled",
  "pin-set": "the PIN is set again",
  moved: "the number is no longer ours",
  reopen: "the answer was not true, the alert is open again",
};

/** What machines and filters call the notice: one answer and many are of one kind. */
export function toKind({ kind }: Notice): Exclude<Notice["kind"], "answers"> {
  return kind === "answers" ? "acknowledged" : kind;
}

/** What the message is about; of several the newest first, and answers by when they came. */
export function toEvents(notice: Notice): readonly SecurityEvent[] {
  if (notice.kind === "answers") return toAnswered(notice).map(({ event }) => event);
  return notice.kind === "digest" ? notice.items.map(({ event }) => event) : [notice.event];
}

/** The one that a message of one event is about. */
export function toNewest(notice: Notice): SecurityEvent {
  const [newest] = toEvents(notice);
  if (!newest) throw new Error("A message about no event");
  return newest;
}

/** What the message says, in one line. */
export function toSummary(notice: Notice, { now }: Pick<MessageContext, "now">): string {
  return `${toTestMark(notice)}${toSentence(notice, now)}`;
}

export function toTestMark(notice: Notice): string {
  const isTest =
    "items" in notice ? notice.items.every(({ event }) => event.test) : notice.event.test;
  return isTest ? "[TEST] " : "";
}

/** The summary without a test's mark. */
export function toSentence(notice: Notice, now: number): string {
  switch (notice.kind) {
    case "alert":
      return toEventTexts(notice.event).summary;
    case "repeat":
      return `Unanswered for ${toUnanswered(notice.event.receivedAt, now)}: ${toEventTexts(notice.event).brief}`;
    case "digest":
      return toDigestCounts(notice.items);
    case "acknowledged":
      return toAnsweredBy(notice, now);
    case "answers":
      return toAnswersText(notice);
  }
}

/** `Acknowledged by Ann Example at 03:20 UTC from 203.0.113.7: being handled` */
function toAnsweredBy({ answer }: AcknowledgedNotice, now: number): string {
  const at = `${toClock(Date.parse(answer.at), now)} UTC`;
  return `Acknowledged by ${answer.name} at ${at} from ${answer.from}: ${ANSWER_WORDS[answer.answer]}`;
}

/** `300 alerts acknowledged by Ann Example from 203.0.113.7: being handled`, or all counts. */
function toAnswersText(notice: AnswersNotice): string {
  const answered = toAnswered(notice);
  const [first, ...others] = toGroups(answered);
  if (first && others.length === 0) {
    return `${toAlerts(first)} acknowledged by ${first.name} from ${first.from}: ${ANSWER_WORDS[first.answer]}`;
  }
  return `${count(answered.length, "answer")} to alerts: ${toAnswerCounts(notice)}`;
}

/** `250 being handled, 50 this was planned` */
export function toAnswerCounts(notice: AnswersNotice): string {
  const kinds = toAnswered(notice).map(({ answer }) => answer.answer);
  const counts = ANSWER_KINDS.map((kind) => [kinds.filter((each) => each === kind).length, kind]);
  return (counts as [number, AnswerKind][])
    .filter(([amount]) => amount > 0)
    .toSorted(([a], [b]) => b - a)
    .map(([amount, kind]) => `${amount} ${ANSWER_WORDS[kind]}`)
    .join(", ");
}

/** `15 minutes`: how long nobody has answered. */
export function toUnanswered(receivedAt: string, now: number): string {
  return toDuration(now - Date.parse(receivedAt));
}

/** `37 reset requests, 1 completed reset in 2 accounts` */
function toDigestCounts(items: readonly DigestItem[]): string {
  const amounts = new Map<string, number>();
  for (const { event } of items) {
    const noun = event.test ? "test" : toEventTexts(event).noun;
    amounts.set(noun, (amounts.get(noun) ?? 0) + 1);
  }
  const parts = [...amounts].map(([noun, amount]) => count(amount, noun));
  const accounts = new Set(items.map(({ event }) => event.wabaId)).size;
  return `${parts.join(", ")} in ${count(accounts, "account")}`;
}

/** `03:12 reset requested`, of each event. */
export function toStory(notice: RepeatNotice, now: number): string[] {
  const events = notice.since.length > 0 ? notice.since : [notice.event];
  return events.map((event) => `${toClock(toInstant(event), now)} ${toEventTexts(event).brief}`);
}

/** The event that says how the number stands, and so what to do. */
export function toLatest({ event, since }: RepeatNotice): SecurityEvent {
  return since.findLast(isKnown) ?? event;
}
