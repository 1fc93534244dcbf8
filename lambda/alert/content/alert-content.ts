import { toEventWords } from "../../event/event-words.ts";
import { toSteps } from "../../event/steps.ts";
import type { Content } from "./content.ts";
import type { AlertItem, MessageContext } from "./notice.ts";
import { toMaskedNumber } from "./number-text.ts";
import { toAnswerWay, toFacts, toLink } from "./parts.ts";

export function toAlertContent(item: AlertItem, context: MessageContext): Content {
  const { event, link } = item;
  const words = toEventWords(event);
  const number = toMaskedNumber(event, context);
  const content: Content = {
    kind: "alert",
    repeat: 0,
    isTest: event.test,
    entries: [{ event, repeat: 0 }],
    summary: words.title,
    subject: `WhatsApp alert: ${words.title}, ${number}`,
    sms: `${words.sms}, ${number}. ${words.order}.`,
    lead: [`${words.happened} ${words.meaning}`],
    facts: toFacts(event, context),
    steps: toSteps(event, context),
    notes: [],
    ...toAnswerWay(event, link, context),
    runbook: { title: "Every step:", text: words.anchor },
  };
  return event.test ? toTestContent(content, item, context) : content;
}

/** Says that it is a test, and asks for nothing. */
function toTestContent(content: Content, { event, link }: AlertItem, context: MessageContext) {
  const words = toEventWords(event);
  return {
    ...content,
    sms: `${words.sms}, ${toMaskedNumber(event, context)}. This is a test: nothing to do.`,
    lead: [
      "This is a test: no number is in danger, nothing to do.",
      `It shows that alerts reach you. It was sent by Meta's Test button or by "npm run drill".`,
    ],
    steps: [],
    notes: [`A real alert with this event begins: ${words.happened}`],
    ...toLink("The page on which people answer a real alert:", link),
    runbook: { title: "What people do then:", text: words.anchor },
  };
}
