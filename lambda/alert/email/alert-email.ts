import { toEventTexts } from "../../event/event-texts.ts";
import type { SecurityEvent } from "../../event/security-event.ts";
import { clip, wrap } from "../../shared/plain-text.ts";
import type { AlertNotice, MessageContext } from "../content/notice.ts";
import { isShort, toFacts, toLinks, toMail, toRunbookLine, toSteps } from "./email-parts.ts";

/** One screen, 24 lines of 72 columns: what happened, what to do now, links. */
export function toAlertEmail({ event, link }: AlertNotice, context: MessageContext): string {
  if (event.test) return toTestEmail(event, link, context);
  const { happened, risk, steps } = toEventTexts(event);
  return toMail([
    ...wrap(happened),
    "",
    ...toFacts(event, context),
    "",
    ...wrap(risk),
    ...toSteps(steps),
    "",
    ...toLinks(event, link, context),
  ]);
}

/** Says that it is a test, and asks for nothing. */
function toTestEmail(event: SecurityEvent, link: string | undefined, context: MessageContext) {
  const { happened, anchor } = toEventTexts(event);
  return toMail([
    "[TEST] This is a test: no number is in danger, nothing to do.",
    ...wrap(
      `It shows that alerts of ${clip(context.label, 30)} reach you. It was sent by Meta's Test button or by "npm run drill".`,
    ),
    "",
    ...toFacts(event, context),
    "",
    ...wrap(`A real alert with this event begins: ${happened}`),
    ...(isShort(link, 3) ? ["", "The page on which people answer a real alert:", link] : []),
    ...toRunbookLine("What people do then:", anchor, context),
  ]);
}
