import type { SecurityEvent } from "../event/security-event.ts";
import type { AlertDocument } from "./alert-document.ts";
import { toEmailText, toSmsText, toSubject, toSummary } from "./alert-text.ts";

/**
 * An SNS message with one form per protocol: `default` serves https, SQS and Lambda.
 * Rules: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export interface Alert {
  /** Printable ASCII, one line, at most 100 characters. */
  readonly subject: string;
  /** JSON text with the keys `default`, `email` and `sms`. */
  readonly message: string;
  /** For subscription filters; never empty, as SNS refuses empty ones. */
  readonly attributes: Readonly<Record<string, string>>;
}

export function toAlert(stored: SecurityEvent): Alert {
  const event = toPlainEvent(stored);
  return {
    subject: toSubject(event),
    message: JSON.stringify({
      default: JSON.stringify(toDocument(event)),
      email: toEmailText(event),
      sms: toSmsText(event),
    }),
    attributes: {
      wabaId: event.wabaId,
      ...(event.event && { event: event.event }),
      ...(event.displayPhoneNumber && { displayPhoneNumber: event.displayPhoneNumber }),
    },
  };
}

function toDocument(event: SecurityEvent): AlertDocument {
  return {
    version: 1,
    summary: toSummary(event),
    ...(event.event && { event: event.event }),
    test: event.test,
    wabaId: event.wabaId,
    ...(event.displayPhoneNumber && { displayPhoneNumber: event.displayPhoneNumber }),
    ...(event.requester && { requester: event.requester }),
    time: event.time,
    ...(event.sentAt && { sentAt: event.sentAt }),
    receivedAt: event.receivedAt,
    eventKey: event.eventKey,
  };
}

/** The event with texts that every protocol can carry; the stored event keeps them as they came. */
function toPlainEvent({ event, displayPhoneNumber, requester, ...rest }: SecurityEvent) {
  return {
    ...rest,
    wabaId: toPlain(rest.wabaId) || "?",
    ...(event && { event: toPlain(event) }),
    ...(displayPhoneNumber && { displayPhoneNumber: toPlain(displayPhoneNumber) }),
    ...(requester && { requester: toPlain(requester) }),
  };
}

const MAX_LENGTH = 150;

/**
 * One line of well-formed text without control or formatting characters: a lone surrogate makes the
 * SNS client throw before the wire, a line break or a change of direction forges a line of the mail.
 */
function toPlain(text: string): string {
  const line = text.toWellFormed().replace(/[\p{C}\p{Zl}\p{Zp}]/gu, " ");
  return line.slice(0, MAX_LENGTH).toWellFormed().trim();
}
