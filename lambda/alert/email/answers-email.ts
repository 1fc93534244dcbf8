import { toEventTexts } from "../../event/event-texts.ts";
import { clip, wrap } from "../../shared/plain-text.ts";
import { toWhen } from "../../shared/time-text.ts";
import {
  type Answered,
  type AnswerGroup,
  toAlerts,
  toAnswered,
  toGroups,
} from "../content/answered.ts";
import type { AnswersNotice, MessageContext } from "../content/notice.ts";
import { toFullNumber } from "../content/number-text.ts";
import { ANSWER_WORDS, toSummary } from "../content/summary.ts";
import { INDENT, isShort, toMail } from "./email-parts.ts";

const MAX_GROUPS = 10;
const MAX_LINKED = 20;
const MAX_NAMED = 100;

/**
 * Who answered what, and how that can be doubted, then the alerts, the newest answers with their
 * links, then the other numbers: at most 300 lines of 72 columns (an answer alone has 24).
 */
export function toAnswersEmail(notice: AnswersNotice, context: MessageContext): string {
  const answered = toAnswered(notice);
  const groups = toGroups(answered);
  const left = groups.length - MAX_GROUPS;
  return toMail([
    ...wrap(`${toSummary(notice, context)}.`),
    ...wrap(`Seen by ${clip(context.label, 30)}: too many at once for a message each.`),
    "",
    ...groups.slice(0, MAX_GROUPS).flatMap((group) => toGroupLines(group, context)),
    ...(left > 0 ? [`and ${left} more: npm run history`] : []),
    "",
    ...wrap(
      "The repeats of these alerts have stopped. Nobody has checked the names. If you do not know a person or an address, go on as if nobody had answered: call, do not write.",
    ),
    "",
    "When it is over, say so, for each number or on its page:",
    "npm run acknowledge -- --phone NUMBER --as NAME --answer pin-set",
    ...toRunbook(context),
    "",
    "The newest first:",
    ...answered.slice(0, MAX_LINKED).flatMap((each) => toLinked(each, context)),
    ...toOthers(answered.slice(MAX_LINKED), context),
  ]);
}

function toGroupLines(group: AnswerGroup, { now }: MessageContext): string[] {
  const { name, answer, at, from } = group;
  return [
    ...wrap(`"${name}" acknowledged ${toAlerts(group)}: ${ANSWER_WORDS[answer]}.`),
    ...wrap(`${toWhen(Date.parse(at), now)}, from ${from}`, "Answered: ", INDENT),
  ];
}

function toRunbook({ runbookUrl }: MessageContext): string[] {
  const line = `Every step: ${runbookUrl}#many-numbers-at-once`;
  return runbookUrl && isShort(line, 3) ? [line] : [];
}

function toLinked({ event, answer, link }: Answered, context: MessageContext): string[] {
  const what = `${toFullNumber(event, context)}: ${toEventTexts(event).brief}`;
  const said = `${ANSWER_WORDS[answer.answer]}, says "${answer.name}"`;
  return [...wrap(`${what}; ${said}`), ...(isShort(link, 3) ? [link] : [])];
}

function toOthers(answered: readonly Answered[], context: MessageContext): string[] {
  if (answered.length === 0) return [];
  const numbers = [...new Set(answered.map(({ event }) => toFullNumber(event, context)))];
  const left = numbers.length - MAX_NAMED;
  return [
    "",
    `And ${answered.length} more:`,
    ...numbers.slice(0, MAX_NAMED),
    ...(left > 0 ? [`and ${left} more: npm run history`] : []),
  ];
}
