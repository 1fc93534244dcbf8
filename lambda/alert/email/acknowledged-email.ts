import type { AnswerKind } from "../../event/answer.ts";
import { toEventTexts, toInstant } from "../../event/event-texts.ts";

import { wrap } from "../../shared/plain-text.ts";
import { toWhen } from "../../shared/time-text.ts";
import type { AcknowledgedNotice, MessageContext } from "../content/notice.ts";
import { ANSWER_WORDS } from "../content/summary.ts";
import { INDENT, isShort, toFacts, toMail, toRunbookLine } from "./email-parts.ts";

/** Who answered what, and how that can be doubted: the mailbox may be the attacker's. */
export function toAcknowledgedEmail(notice: AcknowledgedNotice, context: MessageContext): string {
  const { event, answer, link } = notice;
  const when = toWhen(Date.parse(answer.at), context.now);
  return toMail([
    ...(event.test ? ["[TEST] This is the answer to a test: nothing to do.", ""] : []),
    ...wrap(`"${answer.name}" acknowledged the alert: ${ANSWER_WORDS[answer.answer]}.`),
    "",
    ...wrap(`${when}, from ${answer.from}`, "Answered: ", INDENT),
    ...wrap(
      `${toEventTexts(event).brief}, ${toWhen(toInstant(event), context.now)}`,
      "Event:    ",
      INDENT,
    ),
    ...toFacts(event, context).filter((line) => /^(Number|Account):/.test(line)),
    "",
    ...wrap(AFTER_ANSWER[answer.answer]),
    "",
    ...wrap(
      "Nobody has checked the name. If you do not know this person or that address, go on as if nobody had answered: call, do not write.",
    ),
    "",
    ...(isShort(link, 3) ? ["All answers, and a place for yours:", link] : []),
    ...toRunbookLine("Every step:", toEventTexts(event).anchor, context),
  ]);
}

const AFTER_ANSWER = {
  planned: "The repeats have stopped. After a move somebody must set a PIN again: many forget it.",
  handling:
    "The repeats have stopped. When it is over, say so on the same page: the PIN is set again, or the number is no longer yours.",
  "pin-set": "The repeats have stopped, and the number counts as protected again.",
  moved: "The repeats have stopped, and the number counts as no longer yours.",
  reopen: "The alert repeats again until somebody ends it.",
} as const satisfies Record<AnswerKind, string>;
