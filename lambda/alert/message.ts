import { toAcknowledgedEmail } from "./acknowledged-email.ts";
import { toAlertEmail } from "./alert-email.ts";
import { toAttributes } from "./attributes.ts";
import { toDigestEmail } from "./digest-email.ts";
import { toHeartbeatMessage } from "./heartbeat.ts";
import type { HeartbeatNotice, Message, MessageContext, Notice } from "./notice.ts";
import { toPlainContext, toPlainNotice } from "./plain-notice.ts";
import { toRepeatEmail } from "./repeat-email.ts";
import { toSms, toSubject } from "./short-texts.ts";
import { toChatDocument } from "./to-chat-document.ts";
import { toDocument } from "./to-document.ts";

export type { Message } from "./notice.ts";

/** The notice in words, for each protocol. Whatever its values, SNS takes it. */
export function toMessage(given: Notice | HeartbeatNotice, settings: MessageContext): Message {
  const context = toPlainContext(settings);
  if (given.kind === "heartbeat") return toHeartbeatMessage(given, context);
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
  }
}
