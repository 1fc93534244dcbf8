import type { Answer } from "../event/answer.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import type { MessageContext, NoticeItem } from "./content/notice.ts";
import { toMessages } from "./message.ts";

interface About {
  readonly event: SecurityEvent;
  readonly link?: string;
}

/** What the relay publishes until it gives items itself. */
export type Notice =
  | (About & { readonly kind: "alert" })
  | (About & {
      readonly kind: "repeat";
      readonly repeat: number;
      readonly since: readonly SecurityEvent[];
    })
  | DigestNotice
  | (About & { readonly kind: "acknowledged"; readonly answer: Answer })
  | AnswersNotice;

export interface DigestItem extends About {
  readonly repeat: number;
}
export interface DigestNotice {
  readonly kind: "digest";
  readonly items: readonly DigestItem[];
}
export interface AnswersItem extends About {
  readonly answers: readonly Answer[];
}
export interface AnswersNotice {
  readonly kind: "answers";
  readonly items: readonly AnswersItem[];
}

export function toItems(notice: Notice): readonly NoticeItem[] {
  switch (notice.kind) {
    case "alert":
      return [{ due: "alert", ...toAbout(notice) }];
    case "repeat":
      return [{ due: "repeat", ...toAbout(notice), repeat: notice.repeat, story: notice.since }];
    case "acknowledged":
      return [{ due: "answer", ...toAbout(notice), answers: [notice.answer] }];
    case "digest":
      return notice.items.map(toAlertItem);
    case "answers":
      return notice.items.map((item) => ({ due: "answer", ...item }));
  }
}

function toAbout({ event, link }: About): About {
  return { event, ...(link && { link }) };
}

function toAlertItem<Item extends DigestItem>(item: Item): NoticeItem & { readonly of: Item } {
  const { repeat } = item;
  if (repeat === 0) return { due: "alert", ...toAbout(item), of: item };
  return { due: "repeat", ...toAbout(item), repeat, story: [], of: item };
}

export function splitDigest(items: readonly DigestItem[], context: MessageContext): DigestNotice[] {
  return toMessages(items.map(toAlertItem), context).map((message) => {
    return { kind: "digest", items: message.items.map(({ of }) => of) };
  });
}

export function splitAnswers(
  items: readonly AnswersItem[],
  context: MessageContext,
): AnswersNotice[] {
  const given = items.map((item) => ({ due: "answer" as const, ...item, of: item }));
  return toMessages(given, context).map((message) => {
    return { kind: "answers", items: message.items.map(({ of }) => of) };
  });
}
