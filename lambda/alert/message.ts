import type { SecurityEvent } from "../event/security-event.ts";
import { toAlert } from "./alert.ts";
import type { DigestNotice, MessageContext, Notice } from "./notice.ts";

/** What SNS's Publish takes: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export interface Message {
  /** Printable ASCII, one line, at most 100 characters. */
  readonly subject: string;
  /** JSON text: one form for each protocol. */
  readonly message: string;
  /** For subscription filters; never empty, as SNS refuses empty ones. */
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
}

export interface MessageAttribute {
  readonly DataType: "String" | "Number" | "String.Array";
  readonly StringValue: string;
}

export function toMessage(notice: Notice, _context: MessageContext): Message {
  const events = notice.kind === "digest" ? notice.items.map(({ event }) => event) : [notice.event];
  const { subject, message, attributes } = toAlert(events[0] as SecurityEvent);
  const texts = Object.entries(attributes).map(([name, StringValue]) => {
    return [name, { DataType: "String", StringValue }] as const;
  });
  return { subject, message, attributes: Object.fromEntries(texts) };
}

const MAX_ITEMS = 50;

/** The digest in as few messages as SNS's 256 KB allow. */
export function splitDigest(
  items: DigestNotice["items"],
  _context: MessageContext,
): DigestNotice[] {
  const notices: DigestNotice[] = [];
  for (let at = 0; at < items.length; at += MAX_ITEMS) {
    notices.push({ kind: "digest", items: items.slice(at, at + MAX_ITEMS) });
  }
  return notices;
}
