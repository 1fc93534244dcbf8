import { type Answer, type AnswerKind, endsAlert, isConfirmed } from "../../event/answer.ts";
import { toInstant } from "../../event/event-time.ts";
import { toEventWords } from "../../event/event-words.ts";
import { toDeployment, toPhone } from "../../event/steps.ts";
import { toAnswerWords } from "../../event/words.ts";
import { toCommand, YOUR_NAME } from "../../shared/commands.ts";
import { clip } from "../../shared/plain-text.ts";
import { count, toClock, toWhen } from "../../shared/time-text.ts";
import type { Content, Fact } from "./content.ts";
import { toOthers } from "./digest-content.ts";
import type { AnswerItem, MessageContext } from "./notice.ts";
import { toFullNumber, toMaskedNumber } from "./number-text.ts";
import { toLink, toPlace } from "./parts.ts";

/** One answer about one alert. */
interface Answered {
  readonly item: AnswerItem;
  readonly answer: Answer;
}

/** Who answered what, and how that can be doubted: the mailbox may be the attacker's. */
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

function toAt({ at }: Answer): number {
  return Date.parse(at);
}

type Texts = Omit<Content, "kind" | "repeat" | "isTest" | "entries" | "steps">;

/** The answers about one event, the newest first. */
function toSingle(
  { item: { event, link }, answer }: Answered,
  answered: readonly Answered[],
  context: MessageContext,
): Texts {
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
      : [toNext(answer), ...toDoubt([answer])],
    ...toLink("All answers, and a place for yours:", link),
    runbook: { title: "Every step:", text: toEventWords(event).anchor },
  };
}

const MAX_OLDER = 3;

/** `Ann says that the PIN is set again (not confirmed)` */
function toSays(answer: Answer, maxName = 60): string {
  const { says } = toAnswerWords(answer.answer);
  return `${clip(answer.name, maxName)} ${says}${isClaim(answer) ? " (not confirmed)" : ""}`;
}

function toQuoted(answer: Answer): string {
  return toSays({ ...answer, name: `"${answer.name}"` }, 62);
}

/** Whether it would end the alert, and may come from the wrong hands. */
function isClaim(answer: Answer): boolean {
  return endsAlert(answer.answer) && !isConfirmed(answer);
}

function toFrom(answer: Answer): string {
  return answer.origin === "link" ? `by link ${toPlaceOf(answer)}` : toPlaceOf(answer);
}

/** An address only where it is one: the other origins need AWS credentials. */
function toPlaceOf({ origin, from }: Answer): string {
  if (origin === "link") return `from ${from}`;
  return origin === "protect" ? "by npm run protect" : `from the ${origin}`;
}

function toNext(answer: Answer): string {
  const { next } = toAnswerWords(answer.answer);
  const settles = answer.answer === "pin-set" || answer.answer === "moved";
  return settles && isClaim(answer)
    ? `${next} The daily check goes on until an event, Meta, "npm run protect" or an answer from the terminal confirms it.`
    : next;
}

function toDoubt(answers: readonly Answer[]): readonly string[] {
  if (answers.every(isConfirmed)) return [];
  return [
    "Nobody has checked the name. If you do not know this person or that address, go on as if nobody had answered: call, do not write.",
  ];
}

const MAX_GROUPS = 10;
const MAX_LINKED = 20;

/** Answers about several events, the newest first. */
function toSeveral(answered: readonly Answered[], context: MessageContext): Texts {
  const groups = toGroups(answered.map(({ answer }) => answer));
  const summary = toGroupSummary(groups, answered.length);
  const left = groups.length - MAX_GROUPS;
  const deployment = toDeployment(context);
  const [{ item }] = answered as [Answered];
  const over = { phone: toPhone(item.event), as: YOUR_NAME, answer: "pin-set" };
  return {
    summary,
    subject: `WhatsApp: ${summary}`,
    sms: `${summary}. Not one of you? Call.`,
    lead: [
      `${summary}.`,
      "Sent together because several came at once.",
      ...groups.slice(0, MAX_GROUPS).map((group) => toGroupText(group, context)),
      ...(left > 0 ? [`and ${left} more: ${toCommand("history", deployment)}`] : []),
    ],
    facts: [],
    notes: [
      ...toNexts(groups.map(({ answer }) => answer.answer)),
      ...toDoubt(answered.map(({ answer }) => answer)),
    ],
    command: {
      title: "When it is over, say so, for each number or on its page:",
      text: toCommand("acknowledge", deployment, over),
    },
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
  return [...groups.values()]
    .flatMap(([answer, ...others]) => (answer ? [{ answer, count: 1 + others.length }] : []))
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
