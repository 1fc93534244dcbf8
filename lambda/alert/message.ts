import { compareAlerts } from "../numbers/order.ts";
import { toAttributes } from "./attributes.ts";
import { toChatDocument } from "./chat.ts";
import { toAlertContent } from "./content/alert-content.ts";
import { toAnswerContent } from "./content/answer-content.ts";
import type { Content } from "./content/content.ts";
import { toDigestContent } from "./content/digest-content.ts";
import type {
  AnswerItem,
  Message,
  MessageAbout,
  MessageContext,
  NoticeItem,
} from "./content/notice.ts";
import { toPlainContext, toPlainItem } from "./content/plain-notice.ts";
import { toRepeatContent } from "./content/repeat-content.ts";
import { toEmail } from "./email.ts";
import { toSms, toSubject } from "./short-texts.ts";
import { splitToFit } from "./split-to-fit.ts";
import { toDocument } from "./to-document.ts";

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
    return JSON.stringify([due === "answer", context.separateAccounts && event.wabaId]);
  });
  return [...groups.values()].flatMap((group) =>
    splitToFit(group.toSorted(compareItems), {
      compose: (some) => toMessage(some, context),
      sizeOf: countBytes,
      max: MAX_BYTES,
    }).map(({ composed, items: some }) => ({ message: composed, items: some })),
  );
}

/** The worst first, of equals the newest, and tests last; answers as they came. */
function compareItems(a: NoticeItem, b: NoticeItem): number {
  if (a.due === "answer") return 0;
  return Number(a.event.test) - Number(b.event.test) || compareAlerts(b.event, a.event);
}

/** One message for each protocol. Whatever the texts in it, SNS takes it. `items`: see above. */
export function toMessage(items: readonly NoticeItem[], settings: MessageContext): Message {
  const context = toPlainContext(settings);
  const content = toContent(items.map(toPlainItem), context);
  return {
    subject: toSubject(content.subject, content.isTest, context),
    message: JSON.stringify({
      default: JSON.stringify(toDocument(content, context)),
      email: toEmail(content, context),
      https: JSON.stringify(toChatDocument(content, context)),
      sms: toSms(content.sms, content.isTest, context),
    }),
    attributes: toAttributes(content),
  };
}

/** The items are all answers, or none is. */
function toContent(items: readonly NoticeItem[], context: MessageContext): Content {
  const alerts = items.filter((item) => item.due !== "answer");
  const [first, ...others] = alerts;
  if (!first) return toAnswerContent(items as readonly AnswerItem[], context);
  if (others.length > 0) return toDigestContent([first, ...others], context);
  return first.due === "alert" ? toAlertContent(first, context) : toRepeatContent(first, context);
}

/** As SNS counts: the message with its attributes' names, types and values. */
export function countBytes({ subject, message, attributes }: Message): number {
  const parts = Object.entries(attributes).flatMap(([name, { DataType, StringValue }]) => {
    return [name, DataType, StringValue];
  });
  return Buffer.byteLength([subject, message, ...parts].join(""));
}
