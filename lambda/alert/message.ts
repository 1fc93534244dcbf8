import { toAttributes } from "./attributes.ts";
import { toChatDocument } from "./chat/to-chat-document.ts";
import type {
  AnswersItem,
  AnswersNotice,
  DigestItem,
  DigestNotice,
  HeartbeatNotice,
  Message,
  MessageContext,
  Notice,
} from "./content/notice.ts";
import { sortForDigest, toPlainContext, toPlainNotice } from "./content/plain-notice.ts";
import { toAcknowledgedEmail } from "./email/acknowledged-email.ts";
import { toAlertEmail } from "./email/alert-email.ts";
import { toAnswersEmail } from "./email/answers-email.ts";
import { toDigestEmail } from "./email/digest-email.ts";
import { toRepeatEmail } from "./email/repeat-email.ts";
import { toHeartbeatMessage } from "./heartbeat.ts";
import { toSms, toSubject } from "./short-texts.ts";
import { splitToFit } from "./split-to-fit.ts";
import { toDocument } from "./to-document.ts";

export type { Message } from "./content/notice.ts";

/** The notice in words, for each protocol. Whatever its values, SNS takes it. */
export function toMessage(given: Notice | HeartbeatNotice, settings: MessageContext): Message {
  const context = toPlainContext(settings);
  if ("report" in given) return toHeartbeatMessage(given, context);
  const notice = toPlainNotice(given);
  return {
    subject: toSubject(notice, context),
    message: JSON.stringify({
      default: JSON.stringify(toDocument(notice, context)),
      email: toEmail(notice, context),
      https: JSON.stringify(toChatDocument(notice, context)),
      sms: toSms(notice, context),
    }),
    attributes: toAttributes(notice),
  };
}

function toEmail(notice: Notice, context: MessageContext): string {
  switch (notice.kind) {
    case "alert":
      return toAlertEmail(notice, context);
    case "repeat":
      return toRepeatEmail(notice, context);
    case "digest":
      return toDigestEmail(notice, context);
    case "acknowledged":
      return toAcknowledgedEmail(notice, context);
    case "answers":
      return toAnswersEmail(notice, context);
  }
}

const MAX_BYTES = 256 * 1024;

/** The events in digests, the newest first: as few as SNS's 256 KB allow. */
export function splitDigest(items: readonly DigestItem[], context: MessageContext): DigestNotice[] {
  const toDigest = (some: readonly DigestItem[]) => ({ kind: "digest", items: some }) as const;
  return split(sortForDigest(items), toDigest, context);
}

/** The answers in as few messages; what was answered about one event stays together. */
export function splitAnswers(
  items: readonly AnswersItem[],
  context: MessageContext,
): AnswersNotice[] {
  return split(items, (some) => ({ kind: "answers", items: some }), context);
}

function split<Item, Some extends Notice>(
  items: readonly Item[],
  toNotice: (some: readonly Item[]) => Some,
  context: MessageContext,
): Some[] {
  const toSize = (some: readonly Item[]) => countBytes(toMessage(toNotice(some), context));
  return splitToFit(items, toSize, MAX_BYTES).map(toNotice);
}

/** As SNS counts: the message with its attributes' names, types and values. */
export function countBytes({ subject, message, attributes }: Message): number {
  const parts = Object.entries(attributes).flatMap(([name, { DataType, StringValue }]) => {
    return [name, DataType, StringValue];
  });
  return Buffer.byteLength([subject, message, ...parts].join(""));
}
