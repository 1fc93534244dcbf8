import type { Answer } from "../../event/answer.ts";
import type { SecurityEvent } from "../../event/security-event.ts";
import { toPlain, toUnformatted, toUrl } from "../../shared/plain-text.ts";
import type { MessageContext, Notice } from "./notice.ts";

/** What the operator set, in texts that every protocol can carry. */
export function toPlainContext(context: MessageContext): MessageContext {
  return {
    ...context,
    label: toPlain(context.label) || "this system",
    runbookUrl: toUrl(context.runbookUrl),
  };
}

/** The notice with texts that every protocol can carry; what is stored keeps them as they came. */
export function toPlainNotice(notice: Notice): Notice {
  switch (notice.kind) {
    case "alert":
      return { ...notice, event: toPlainEvent(notice.event) };
    case "repeat":
      return {
        ...notice,
        event: toPlainEvent(notice.event),
        since: notice.since.map(toPlainEvent),
      };
    case "acknowledged":
      return {
        ...notice,
        event: toPlainEvent(notice.event),
        answer: toPlainAnswer(notice.answer),
      };
    case "answers":
      return {
        ...notice,
        items: notice.items.map((item) => {
          const answers = item.answers.map(toPlainAnswer);
          return { ...item, event: toPlainEvent(item.event), answers };
        }),
      };
    case "digest":
      return {
        ...notice,
        items: sortForDigest(notice.items).map((item) => {
          return { ...item, event: toPlainEvent(item.event) };
        }),
      };
  }
}

/** Tests last, otherwise the newest first. */
export function sortForDigest<Item extends { readonly event: SecurityEvent }>(
  items: readonly Item[],
): Item[] {
  return items.toSorted(
    (a, b) =>
      Number(a.event.test) - Number(b.event.test) ||
      Date.parse(b.event.receivedAt) - Date.parse(a.event.receivedAt),
  );
}

function toPlainEvent({ event, displayPhoneNumber, requester, ...rest }: SecurityEvent) {
  return {
    ...rest,
    wabaId: toPlain(rest.wabaId) || "?",
    ...(event && { event: toPlain(event) }),
    ...(displayPhoneNumber && { displayPhoneNumber: toPlain(displayPhoneNumber) }),
    ...(requester && { requester: toPlain(requester) }),
  };
}

function toPlainAnswer(answer: Answer): Answer {
  return { ...answer, name: toName(answer.name), from: toPlain(answer.from, 45) || "?" };
}

/** What somebody typed into a form goes to everybody: no link, no quotation mark that ends it. */
function toName(text: string): string {
  return toPlain(toUnformatted(toPlain(text)).replaceAll('"', "'").replace(/ +/g, " "), 60) || "?";
}
