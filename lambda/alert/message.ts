import { toAttributes } from "./attributes.ts";
import { toChatDocument } from "./chat/to-chat-document.ts";
import type {
  AnswersItem,
  AnswersNotice,
  DigestItem,
  DigestNotice,
  HeartbeatNotice,
  Message,
  MessageAbout,
  MessageContext,
  Notice,
  NoticeItem,
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

/**
 * Ready messages about what is due, each with the items that it covers: of one item its own message,
 * of several as few as SNS's 256 KB allow, alerts and answers apart. Each item is in one message.
 */
export function toMessages<Item extends NoticeItem>(
  items: readonly Item[],
  context: MessageContext,
): MessageAbout<Item>[] {
  const groups = Map.groupBy(items, ({ due, event }) => {
    return `${due === "answer"} ${context.separateAccounts ? event.wabaId : ""}`;
  });
  return [...groups.values()].flatMap((group) =>
    splitToFit(sortForDigest(group), {
      compose: (some) => toMessage(toNotice(some), context),
      sizeOf: countBytes,
      max: MAX_BYTES,
    }).map(({ composed, items: some }) => ({ message: composed, items: some })),
  );
}

/** The items are all answers, or none is. */
function toNotice(items: readonly NoticeItem[]): Notice {
  const [item, ...others] = items;
  if (item && others.length === 0) return toSingleNotice(item);
  const answered = items.flatMap((each) => (each.due === "answer" ? [each] : []));
  if (answered.length > 0) return { kind: "answers", items: answered };
  return { kind: "digest", items: items.map(toDigestItem) };
}

function toSingleNotice(item: NoticeItem): Notice {
  const { event, link } = item;
  const about = { event, ...(link && { link }) };
  switch (item.due) {
    case "alert":
      return { kind: "alert", ...about };
    case "repeat":
      return { kind: "repeat", ...about, repeat: item.repeat, since: item.story };
    case "answer": {
      const [answer, ...others] = item.answers;
      if (!answer || others.length > 0) return { kind: "answers", items: [item] };
      return { kind: "acknowledged", ...about, answer };
    }
  }
}

function toDigestItem(item: NoticeItem): DigestItem {
  const { event, link } = item;
  return { event, ...(link && { link }), repeat: item.due === "repeat" ? item.repeat : 0 };
}

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
  toSome: (some: readonly Item[]) => Some,
  context: MessageContext,
): Some[] {
  const compose = (some: readonly Item[]) => toMessage(toSome(some), context);
  const groups = splitToFit(items, { compose, sizeOf: countBytes, max: MAX_BYTES });
  return groups.map(({ items: some }) => toSome(some));
}

/** As SNS counts: the message with its attributes' names, types and values. */
export function countBytes({ subject, message, attributes }: Message): number {
  const parts = Object.entries(attributes).flatMap(([name, { DataType, StringValue }]) => {
    return [name, DataType, StringValue];
  });
  return Buffer.byteLength([subject, message, ...parts].join(""));
}
