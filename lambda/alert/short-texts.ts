import { toEventTexts } from "../event/event-texts.ts";
import { clip, toAscii, toGsm } from "../shared/plain-text.ts";
import { count, toClock } from "../shared/time-text.ts";
import { toAlerts, toAnswered, toGroups } from "./content/answered.ts";
import type { AnswersNotice, MessageContext, Notice } from "./content/notice.ts";
import { toMaskedNumber } from "./content/number-text.ts";
import {
  ANSWER_WORDS,
  toAnswerCounts,
  toLatest,
  toSummary,
  toTestMark,
  toUnanswered,
} from "./content/summary.ts";

const MAX_SUBJECT = 100;
const MAX_SMS = 140;

/** Printable ASCII, at most 100 characters. */
export function toSubject(notice: Notice, context: MessageContext): string {
  return toSubjectLine(`${toTestMark(notice)}${toSubjectText(notice, context)}`, context);
}

/** The text, and the deployment's label where it fits in. */
export function toSubjectLine(text: string, { label }: Pick<MessageContext, "label">): string {
  const line = clip(toAscii(text), MAX_SUBJECT);
  const room = MAX_SUBJECT - line.length - " - ".length;
  const name = clip(toAscii(label).trim(), 30);
  return name && name.length <= room ? `${line} - ${name}` : line;
}

function toSubjectText(notice: Notice, context: MessageContext): string {
  switch (notice.kind) {
    case "alert":
      return `WhatsApp alert: ${toEventTexts(notice.event).summary}, ${toMaskedNumber(notice.event, context)}`;
    case "repeat": {
      const { event } = notice;
      const time = toUnanswered(event.receivedAt, context.now);
      return `WhatsApp unanswered for ${time}: ${toEventTexts(event).brief}, ${toMaskedNumber(event, context)}`;
    }
    case "digest":
      return `WhatsApp alert: ${toSummary(notice, context).replace("[TEST] ", "")}`;
    case "acknowledged": {
      const { event, answer } = notice;
      const number = toMaskedNumber(event, context);
      return `WhatsApp: ${number}, ${ANSWER_WORDS[answer.answer]}, says ${clip(answer.name, 24)}`;
    }
    case "answers":
      return `WhatsApp: ${toAnswersText(notice, 24)}`;
  }
}

/** GSM-7, at most 140 characters with those that count double. */
export function toSms(notice: Notice, context: MessageContext): string {
  return toSmsLine(toTestMark(notice), toSmsText(notice, context), context);
}

/** The deployment's label takes what room the rest leaves. */
export function toSmsLine(
  mark: string,
  text: string,
  { label }: Pick<MessageContext, "label">,
): string {
  const doubled = mark === "" ? 0 : 2;
  const line = clip(toGsm(text), MAX_SMS - `${mark}WhatsApp : `.length - doubled - MIN_LABEL);
  const room = MAX_SMS - `${mark}WhatsApp : ${line}`.length - doubled;
  const name = clip(toGsm(label).trim(), Math.min(room, 24)) || "security";
  return `${mark}WhatsApp ${name}: ${line}`;
}

const MIN_LABEL = 8;

function toSmsText(notice: Notice, context: MessageContext): string {
  switch (notice.kind) {
    case "alert": {
      const { short, order } = toEventTexts(notice.event);
      const then = notice.event.test
        ? "This is a test: nothing to do."
        : `${order} in WhatsApp Manager.`;
      return `${short}, ${toMaskedNumber(notice.event, context)}. ${then}`;
    }
    case "repeat": {
      const latest = toLatest(notice);
      const time = toUnanswered(notice.event.receivedAt, context.now);
      const { short, order } = toEventTexts(latest);
      return `${time} unanswered: ${short}, ${toMaskedNumber(notice.event, context)}. ${order}.`;
    }
    case "digest": {
      const summary = toSummary(notice, context).replace("[TEST] ", "");
      const isTest = toTestMark(notice) !== "";
      return `${summary}. ${isTest ? "Tests: nothing to do." : "Not planned? Set new PINs now in WhatsApp Manager."}`;
    }
    case "acknowledged": {
      const { event, answer } = notice;
      const at = `${toClock(Date.parse(answer.at), context.now)} UTC`;
      return `${toMaskedNumber(event, context)}: ${ANSWER_WORDS[answer.answer]}, says ${clip(answer.name, 30)} at ${at} from ${answer.from}.`;
    }
    case "answers":
      return `${toAnswersText(notice, 30)}. Not one of you? Call.`;
  }
}

/** `300 alerts, being handled, says Ann Example`, or how many of each. */
function toAnswersText(notice: AnswersNotice, maxName: number): string {
  const answered = toAnswered(notice);
  const [first, ...others] = toGroups(answered);
  return first && others.length === 0
    ? `${toAlerts(first)}, ${ANSWER_WORDS[first.answer]}, says ${clip(first.name, maxName)}`
    : `${count(answered.length, "answer")}, ${toAnswerCounts(notice)}`;
}
