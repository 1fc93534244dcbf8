import type { SecurityEvent } from "../event/security-event.ts";
import type { AlertDocument } from "./alert-document.ts";
import type { Content, Entry } from "./content/content.ts";
import type { MessageContext } from "./content/notice.ts";
import { toNumberLabel } from "./content/number-text.ts";
import { TEST_MARK } from "./content/parts.ts";

/** For machines. The link of an incident stays out of it: it lets its holder answer. */
export function toDocument(content: Content, context: MessageContext): AlertDocument {
  const { kind, entries, story, repeat, isTest } = content;
  const [first] = entries as [Entry];
  const isList = content.list !== undefined || entries.length > 1;
  return {
    version: 1,
    kind,
    summary: `${isTest ? TEST_MARK : ""}${content.summary}`,
    label: context.label,
    ...toEventDocument(first.event, context),
    ...(!isList && kind !== "acknowledged" && { repeat }),
    ...(first.answer && { answer: { ...first.answer } }),
    ...(story && { since: toBounded(story).map((event) => toEventDocument(event, context)) }),
    ...(isList && { events: entries.map((entry) => toEntryDocument(entry, context)) }),
  };
}

function toEntryDocument({ event, repeat, answer }: Entry, context: MessageContext) {
  return { ...toEventDocument(event, context), repeat, ...(answer && { answer: { ...answer } }) };
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
