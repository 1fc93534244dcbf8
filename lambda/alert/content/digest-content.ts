import { toInstant } from "../../event/event-time.ts";
import { toEventWords } from "../../event/event-words.ts";
import type { SecurityEvent } from "../../event/security-event.ts";
import { type Step, toCommandLine, toSteps } from "../../event/steps.ts";
import { YOUR_NAME } from "../../shared/commands.ts";
import { clip } from "../../shared/plain-text.ts";
import { count, toWhen } from "../../shared/time-text.ts";
import type { Content, List } from "./content.ts";
import type { AlertItem, MessageContext, RepeatItem } from "./notice.ts";
import { toFullNumber, toLastDigits } from "./number-text.ts";
import { toBasis } from "./repeat-content.ts";

type DigestItem = AlertItem | RepeatItem;

/** The worst first. */
type DigestItems = readonly [DigestItem, ...DigestItem[]];

/** What happened to several numbers, and what to do about the worst. */
export function toDigestContent(items: DigestItems, context: MessageContext): Content {
  const entries = items.map((item) => ({ event: item.event, repeat: toRepeat(item) }));
  const isTest = items.every(({ event }) => event.test);
  const summary = toCounts(items);
  const command = toCommandLine(context);
  const answerAll = { all: true, as: YOUR_NAME, answer: "handling" } as const;
  return {
    kind: "digest",
    repeat: Math.min(...entries.map(({ repeat }) => repeat)),
    isTest,
    entries,
    summary,
    subject: `WhatsApp alert: ${summary}`,
    sms: `${summary}${toNamed(items)}. ${isTest ? "Tests: nothing to do." : toOrder(items)}`,
    lead: [`${summary}.`, ...toIntroduction(items, isTest)],
    facts: [],
    steps: isTest ? [] : toWorstSteps(items, context),
    notes: [],
    command: { title: "Answer all of them at once:", text: command("acknowledge", answerAll) },
    runbook: { title: "Every step:", text: "many-numbers-at-once" },
    list: toList(items, context),
  };
}

function toRepeat(item: DigestItem): number {
  return item.due === "repeat" ? item.repeat : 0;
}

/** `37 reset requests, 1 completed reset in 2 accounts` */
function toCounts(items: readonly DigestItem[]): string {
  const nouns = items.map(({ event }) => (event.test ? "test" : toEventWords(event).noun));
  const amounts = Map.groupBy(nouns, (noun) => noun);
  const parts = [...amounts].map(([noun, { length }]) => count(length, noun));
  const accounts = new Set(items.map(({ event }) => event.wabaId)).size;
  return `${parts.join(", ")} in ${count(accounts, "account")}`;
}

const MAX_NAMED_IN_SMS = 5;

/** `: ..3881, ..3882` of up to five numbers. */
function toNamed(items: readonly DigestItem[]): string {
  const numbers = toDistinctNumbers(items.map(({ event }) => event));
  if (numbers.length > MAX_NAMED_IN_SMS) return "";
  return `: ${numbers.map(toLastDigits).join(", ")}`;
}

function toDistinctNumbers(events: readonly SecurityEvent[]): readonly SecurityEvent[] {
  return [...new Map(events.map((event) => [event.displayPhoneNumber, event])).values()];
}

function toOrder([worst]: DigestItems): string {
  return `${toEventWords(worst.event).order}.`;
}

function toIntroduction(items: readonly DigestItem[], isTest: boolean): readonly string[] {
  const again = items.filter((item) => item.due === "repeat").length;
  const isMany = items.length > MAX_NAMED_IN_SMS;
  return [
    `Sent together because several came at once.${isTest ? " All are tests: nothing to do." : ""}`,
    ...(again > 0
      ? [`${again} of them ${again === 1 ? "was" : "were"} sent before and still open.`]
      : []),
    ...(isMany && !isTest
      ? ["Many numbers of one account point to one stolen login or token: look for that first."]
      : []),
  ];
}

function toWorstSteps([worst, ...others]: DigestItems, context: MessageContext): Step[] {
  const numbers = toDistinctNumbers(others.map(({ event }) => event));
  const basis = toBasis(worst);
  if (numbers.length < MAX_NAMED_IN_SMS) return toSteps(basis, context, numbers);
  return [...toSteps(basis, context), { text: "Do the same for each number below." }];
}

/** Lines with links of their own, and numbers that are named beside. */
const MAX_LINKED = 20;
const MAX_NAMED = 100;

function toList(items: readonly DigestItem[], context: MessageContext): List {
  const others = items.slice(MAX_LINKED);
  return {
    title: "The worst first:",
    lines: items.slice(0, MAX_LINKED).map((item) => toLine(item, context)),
    ...toOthers(
      others.map(({ event }) => event),
      context,
      { open: true },
    ),
  };
}

/** The numbers that have no line of their own; `options`: those of the command that lists all. */
export function toOthers(
  events: readonly SecurityEvent[],
  context: MessageContext,
  options: { readonly open?: true },
): Pick<List, "othersTitle" | "others"> {
  const numbers = [...new Set(events.map((event) => toFullNumber(event, context)))];
  const left = numbers.length - MAX_NAMED;
  const all = toCommandLine(context)("history", options);
  return {
    othersTitle: `And ${events.length} more:`,
    others: [...numbers.slice(0, MAX_NAMED), ...(left > 0 ? [`and ${left} more: ${all}`] : [])],
  };
}

/** What came; of a repeat how the number stands now, as the repeat alone says it. */
function toLine(item: DigestItem, context: MessageContext) {
  const { event, link } = item;
  const words = event.test ? "test" : toEventWords(event).short;
  const state = item.due === "repeat" ? ` (sent before). ${toStateText(item)}` : "";
  const when = toWhen(toInstant(event), context.now);
  const text = `${toFullNumber(event, context)}: ${words}, ${when}, account ${clip(event.wabaId, 28)}${state}`;
  return { text, ...(link && { link }) };
}

function toStateText({ number }: RepeatItem): string {
  return clip(number?.sentence ?? "", 200);
}
