import { toInstant } from "../../event/event-time.ts";
import { toEventWords } from "../../event/event-words.ts";
import { toClock, toWhen } from "../../shared/time-text.ts";
import {
  type Answered,
  toAt,
  toDoubt,
  toFrom,
  toNext,
  toPlaceOf,
  toQuoted,
  toSays,
} from "./answer-words.ts";
import type { Content, Fact } from "./content.ts";
import type { AnswerItem, MessageContext } from "./notice.ts";
import { toMaskedNumber } from "./number-text.ts";
import { toLink, toPlace } from "./parts.ts";
import { type AnswerTexts, toSeveral } from "./several-answers.ts";

/** Who answered what, and how to doubt it: the mailbox may be the attacker's. */
export function toAnswerContent(items: readonly AnswerItem[], context: MessageContext): Content {
  const answered = items
    .flatMap((item) => item.answers.map((answer) => ({ item, answer })))
    .sort((a, b) => toAt(b.answer) - toAt(a.answer));
  const [newest] = answered;
  if (!newest) throw new Error("An announcement of no answer");
  const common = {
    kind: "acknowledged",
    repeat: 0,
    isTest: items.every(({ event }) => event.test),
    entries: answered.map(({ item: { event }, answer }) => ({ event, repeat: 0, answer })),
    steps: [],
  } as const;
  if (items.length === 1) return { ...common, ...toSingle(newest, answered, context) };
  return { ...common, ...toSeveral(answered, context) };
}

/** The answers about one event, the newest first. */
function toSingle(
  newest: Answered,
  answered: readonly Answered[],
  context: MessageContext,
): AnswerTexts {
  const { answer } = newest;
  const { event, link } = newest.item;
  const number = toMaskedNumber(event, context);
  const at = `${toClock(toAt(answer), context.now)} UTC`;
  const says = toSays(answer, 30);
  const older = answered.slice(1, 1 + MAX_OLDER);
  return {
    summary: `${toSays(answer)}, at ${at} ${toFrom(answer)}`,
    subject: `WhatsApp: ${number}: ${toSays(answer, 24)}`,
    sms: `${number}: ${says}, ${at}, ${toPlaceOf(answer)}.`,
    lead: [`${toQuoted(answer)}.`, ...older.map((each) => `Before: ${toQuoted(each.answer)}.`)],
    facts: [
      ["Answered:", `${toWhen(toAt(answer), context.now)}, ${toFrom(answer)}`],
      ["Event:", `${toEventWords(event).short}, ${toWhen(toInstant(event), context.now)}`],
      ...toPlace(event, context),
    ] as readonly Fact[],
    notes: event.test
      ? ["This is the answer to a test: nothing to do."]
      : [toNext(newest), ...toDoubt([answer])],
    ...toLink("All answers, and a place for yours:", link),
    runbook: { title: "Every step:", text: toEventWords(event).anchor },
  };
}

const MAX_OLDER = 3;
