import type { Answer, AnswerKind } from "../../event/answer.ts";
import { toEventWords } from "../../event/event-words.ts";
import { toCommandLine, toPhone } from "../../event/steps.ts";
import { toAnswerWords } from "../../event/words.ts";
import { YOUR_NAME } from "../../shared/commands.ts";
import { count, toWhen } from "../../shared/time-text.ts";
import {
  type Answered,
  pausesNothing,
  toAt,
  toDoubt,
  toFrom,
  toQuoted,
  toSays,
} from "./answer-words.ts";
import type { Content } from "./content.ts";
import { toOthers } from "./digest-content.ts";
import type { MessageContext } from "./notice.ts";
import { toFullNumber } from "./number-text.ts";

/** What an announcement says, beside what every message has. */
export type AnswerTexts = Omit<Content, "kind" | "repeat" | "isTest" | "entries" | "steps">;

const MAX_GROUPS = 10;
const MAX_LINKED = 20;

/** Answers about several events, the newest first. */
export function toSeveral(answered: readonly Answered[], context: MessageContext): AnswerTexts {
  const groups = toGroups(answered.map(({ answer }) => answer));
  const summary = toGroupSummary(groups, answered.length);
  const left = groups.length - MAX_GROUPS;
  const command = toCommandLine(context);
  return {
    summary,
    subject: `WhatsApp: ${summary}`,
    sms: `${summary}. Not one of you? Call.`,
    lead: [
      `${summary}.`,
      "Sent together because several came at once.",
      ...groups.slice(0, MAX_GROUPS).map((group) => toGroupText(group, context)),
      ...(left > 0 ? [`and ${left} more:`, command("history")] : []),
    ],
    facts: [],
    notes: [
      ...toNexts(
        answered.filter((each) => !pausesNothing(each)).map(({ answer }) => answer.answer),
      ),
      ...toDoubt(answered.map(({ answer }) => answer)),
    ],
    ...toOverCommand(answered, context),
    runbook: { title: "Every step:", text: "many-numbers-at-once" },
    list: {
      title: "The newest first:",
      lines: answered.slice(0, MAX_LINKED).map((each) => toLine(each, context)),
      ...toOthers(
        answered.slice(MAX_LINKED).map((each) => each.item.event),
        context,
        {},
      ),
    },
  };
}

/** How to say that it is over, where an alert waits for that; of the first number that has one. */
function toOverCommand(
  answered: readonly Answered[],
  context: MessageContext,
): Pick<Content, "command"> {
  const open = answered.filter(({ item }) => !item.isOver).map(({ item }) => item.event);
  const phone = open.map(toPhone).find((each) => each !== undefined);
  if (phone === undefined) return {};
  const over = { phone, as: YOUR_NAME, answer: "pin-set" };
  const title = "When it is over, say so, for each number or on its page:";
  return { command: { title, text: toCommandLine(context)("acknowledge", over) } };
}

/** What happens next; where the answers differ, after which of them. */
function toNexts(kinds: readonly AnswerKind[]): readonly string[] {
  const words = [...new Set(kinds)].map(toAnswerWords);
  return words.map(({ choice, next }) => (words.length > 1 ? `${choice}: ${next}` : next));
}

/** Answers in the same words, by one person and from one address. */
interface AnswerGroup {
  /** The newest. */
  readonly answer: Answer;
  readonly count: number;
}

/** The largest group first. */
function toGroups(answers: readonly Answer[]): readonly AnswerGroup[] {
  const groups = Map.groupBy(answers, ({ name, answer, from }) => {
    return JSON.stringify([name, answer, from]);
  });
  return ([...groups.values()] as [Answer, ...Answer[]][])
    .map(([answer, ...others]) => ({ answer, count: 1 + others.length }))
    .sort((a, b) => b.count - a.count);
}

/** `300 alerts: Ann is handling it`, or how many of each. */
function toGroupSummary(groups: readonly AnswerGroup[], total: number): string {
  const [first, ...others] = groups;
  if (first && others.length === 0)
    return `${count(first.count, "alert")}: ${toSays(first.answer, 30)}`;
  const kinds = Map.groupBy(groups, ({ answer }) => toAnswerWords(answer.answer).short);
  const parts = [...kinds].map(([short, some]) => {
    return [some.reduce((sum, group) => sum + group.count, 0), short] as const;
  });
  const counts = parts.sort(([a], [b]) => b - a).map(([amount, short]) => `${amount} ${short}`);
  return `${count(total, "answer")} to alerts: ${counts.join(", ")}`;
}

function toGroupText({ answer, count: amount }: AnswerGroup, { now }: MessageContext): string {
  return `${toQuoted(answer)}: ${count(amount, "alert")}, ${toWhen(toAt(answer), now)}, ${toFrom(answer)}.`;
}

function toLine({ item: { event, link }, answer }: Answered, context: MessageContext) {
  const text = `${toFullNumber(event, context)}: ${toEventWords(event).short}; ${toQuoted(answer)}`;
  return { text, ...(link && { link }) };
}
