import type { SecurityEvent } from "../event/security-event.ts";
import type { AlertDocument } from "./alert-document.ts";
import type { MessageContext, Notice } from "./notice.ts";
import { toNumberLabel } from "./number-text.ts";
import { toSummary } from "./summary.ts";

/** For machines. The link of an incident stays out of it: it lets its holder answer. */
export function toDocument(notice: Notice, context: MessageContext): AlertDocument {
  const event = notice.kind === "digest" ? notice.items[0]?.event : notice.event;
  if (!event) throw new Error("A digest without events");
  return {
    version: 1,
    kind: notice.kind,
    summary: toSummary(notice, context),
    label: context.label,
    ...toEventDocument(event, context),
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
    case "acknowledged": {
      const { name, answer, at, from } = notice.answer;
      return { answer: { name, answer, at, from } };
    }
  }
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
