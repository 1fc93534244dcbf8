import type { Answer } from "../../event/answer.ts";
import type { SecurityEvent } from "../../event/security-event.ts";
import type { NumberState } from "../../numbers/number-state.ts";
import { toPlain, toUnformatted, toUrl } from "../../shared/plain-text.ts";
import type { MessageContext, NoticeItem } from "./notice.ts";

/** What the operator set, in texts that every protocol can carry. */
export function toPlainContext(context: MessageContext): MessageContext {
  return {
    ...context,
    label: toPlain(context.label) || "this system",
    runbookUrl: toUrl(context.runbookUrl),
  };
}

/** The item with texts that every protocol can carry; what is stored keeps them as they came. */
export function toPlainItem(item: NoticeItem): NoticeItem {
  const event = toPlainEvent(item.event);
  switch (item.due) {
    case "alert":
      return { ...item, event };
    case "repeat": {
      const { handling, requester } = item;
      return {
        ...item,
        event,
        story: item.story.map(toPlainEvent),
        ...(handling && { handling: toPlainAnswer(handling) }),
        ...(requester && { requester: toPlain(requester) }),
        ...(item.number && { number: toPlainNumber(item.number) }),
      };
    }
    case "answer":
      return { ...item, event, answers: item.answers.map(toPlainAnswer) };
  }
}

/** The sentence may name a person, as that person typed it. */
function toPlainNumber({ state, sentence }: Pick<NumberState, "state" | "sentence">) {
  return { state, sentence: toPlain(toUnformatted(toPlain(sentence))) };
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
