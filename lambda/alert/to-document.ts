import type { Answer } from "../event/answer.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import type { AlertDocument } from "./alert-document.ts";
import { toAnswered } from "./content/answered.ts";
import type { MessageContext, Notice } from "./content/notice.ts";
import { toNumberLabel } from "./content/number-text.ts";
import { toKind, toNewest, toSummary } from "./content/summary.ts";

/** For machines. The link of an incident stays out of it: it lets its holder answer. */
export function toDocument(notice: Notice, context: MessageContext): AlertDocument {
  return {
    version: 1,
    kind: toKind(notice),
    summary: toSummary(notice, context),
    label: context.label,
    ...toEventDocument(toNewest(notice), context),
    ...toDetails(notice, context),
  };
}

function toDetails(notice: Notice, context: MessageContext): Partial<AlertDocument> {
  switch (notice.kind) {
    case "alert":
      return { repeat: 0 };
    case "repeat":
      return {
        repeat: notice.repeat,
        since: toBounded(notice.since).map((event) => toEventDocument(event, context)),
      };
    case "digest":
      return {
        events: notice.items.map(({ event, repeat }) => {
          return { ...toEventDocument(event, context), repeat };
        }),
      };
    case "acknowledged":
      return { answer: toAnswerDocument(notice.answer) };
    case "answers": {
      const events = toAnswered(notice).map(({ event, answer }) => {
        return { ...toEventDocument(event, context), repeat: 0, answer: toAnswerDocument(answer) };
      });
      return { ...events[0], events };
    }
  }
}

function toAnswerDocument({ name, answer, at, from, origin }: Answer) {
  return { name, answer, at, from, origin };
}

const MAX_SINCE = 50;

/** The first and the latest. */
function toBounded(events: readonly SecurityEvent[]): readonly SecurityEvent[] {
  if (events.length <= MAX_SINCE) return events;
  return [...events.slice(0, 1), ...events.slice(1 - MAX_SINCE)];
}

function toEventDocument(event: SecurityEvent, context: MessageContext) {
  const numberLabel = toNumberLabel(event, context);
  return {
    ...(event.event && { event: event.event }),
    test: event.test,
    wabaId: event.wabaId,
    ...(event.displayPhoneNumber && { displayPhoneNumber: event.displayPhoneNumber }),
    ...(numberLabel && { numberLabel }),
    ...(event.requester && { requester: event.requester }),
    time: event.time,
    ...(event.sentAt && { sentAt: event.sentAt }),
    receivedAt: event.receivedAt,
    eventKey: event.eventKey,
  };
}
