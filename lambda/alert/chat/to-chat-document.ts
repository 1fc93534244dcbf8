import type { Answer } from "../../event/answer.ts";
import type { SecurityEvent } from "../../event/security-event.ts";
import { toUnformatted } from "../../shared/plain-text.ts";
import { toAnswered } from "../content/answered.ts";
import type { MessageContext, Notice } from "../content/notice.ts";
import { toDigits, toFullNumber } from "../content/number-text.ts";
import { toEvents, toKind, toNewest, toSentence, toTestMark } from "../content/summary.ts";
import { toDescription, toNextSteps } from "./chat-content.ts";
import type { ChatDocument } from "./chat-document.ts";

export function toChatDocument(notice: Notice, context: MessageContext): ChatDocument {
  const events = toEvents(notice);
  const newest = toNewest(notice);
  const mark = toTestMark(notice);
  const summary = `${mark}${toUnformatted(toSentence(notice, context.now))}`;
  const isOneNumber = new Set(events.map(toThread)).size === 1;
  const name = isOneNumber ? toNumberName(newest, context) : "several numbers";
  const label = toUnformatted(context.label);
  return {
    version: "1.0",
    source: "custom",
    id: `${toKind(notice)}:${newest.wabaId}:${newest.eventKey}:${toRepeat(notice)}`,
    content: {
      textType: "client-markdown",
      title: `${summary}, ${name}`,
      description: toDescription(notice, context),
      nextSteps: toNextSteps(notice, context),
      keywords: [label, toKind(notice)],
    },
    metadata: {
      threadId: isOneNumber ? toThread(newest) : "whatsapp-security-digest",
      summary,
      eventType: toUnformattedName(newest.event ?? toKind(notice)),
      relatedResources: [`WhatsApp: ${name}`],
      additionalContext: toAdditionalContext(notice, newest, label),
      enableCustomActions: true,
    },
  };
}

function toRepeat(notice: Notice): string {
  const answer = toAnswer(notice);
  if (answer) return answer.at;
  return notice.kind === "repeat" ? String(notice.repeat) : "0";
}

/** The newest. */
function toAnswer(notice: Notice): Answer | undefined {
  if (notice.kind === "answers") return toAnswered(notice)[0]?.answer;
  return notice.kind === "acknowledged" ? notice.answer : undefined;
}

function toNumberName(event: SecurityEvent, context: MessageContext): string {
  return toUnformatted(toFullNumber(event, context));
}

/** Alert, repeats and answers of a number are one thread. */
function toThread(event: SecurityEvent): string {
  const place = toDigits(event).slice(0, 24) || `account-${event.wabaId.replace(/\W/g, "-")}`;
  return `whatsapp-security-${event.test ? "test-" : ""}${place}`.slice(0, 64);
}

function toAdditionalContext(notice: Notice, event: SecurityEvent, label: string) {
  const answer = toAnswer(notice);
  const fields = {
    kind: toKind(notice),
    repeat: notice.kind === "repeat" ? String(notice.repeat) : "0",
    label,
    test: String(event.test),
    wabaId: event.wabaId,
    event: event.event,
    displayPhoneNumber: event.displayPhoneNumber,
    requester: event.requester,
    time: String(event.time),
    receivedAt: event.receivedAt,
    eventKey: event.eventKey,
    ...("items" in notice && { events: String(toEvents(notice).length) }),
    ...(answer && {
      answer: answer.answer,
      answeredBy: answer.name,
      answeredAt: answer.at,
      answeredFrom: answer.from,
    }),
  };
  const given = Object.entries(fields).flatMap(([name, value]) => {
    return value ? [[name, toUnformattedName(value)] as const] : [];
  });
  return Object.fromEntries(given);
}

/** As text without format, but names of events keep their underscores, and keys their `#`. */
function toUnformattedName(text: string): string {
  return text
    .split(/([_#])/)
    .map((part) => (part === "_" || part === "#" ? part : toUnformatted(part)))
    .join("");
}
