import { toEventTexts, toInstant } from "../../event/event-texts.ts";
import { clip, countRows, wrap } from "../../shared/plain-text.ts";
import { toWhen } from "../../shared/time-text.ts";
import type { DigestItem, DigestNotice, MessageContext } from "../content/notice.ts";
import { toFullNumber } from "../content/number-text.ts";
import { toSummary } from "../content/summary.ts";

/** How many events have a line and a link of their own, and how many more are named. */
const MAX_LINKED = 20;
const MAX_NAMED = 100;

/**
 * What happened and what to do, then the newest events with their links, then the other numbers:
 * at most 20 lines of 72 columns, 20 times 6, and 103 (an alert has 24).
 */
export function toDigestEmail({ items }: DigestNotice, context: MessageContext): string {
  const unanswered = items.filter(({ repeat }) => repeat > 0).length;
  return [
    ...wrap(`${toSummary({ kind: "digest", items }, context)}.`),
    ...(unanswered > 0 ? [`Told before, and not answered: ${unanswered}.`] : []),
    ...wrap(
      `Seen by ${clip(context.label, 30)}: too many at once for a message each. ${toAdvice(items)}`,
    ),
    "",
    "Answer all of them at once:",
    "npm run acknowledge -- --all --as NAME --answer handling",
    ...toRunbook(context),
    "",
    "The newest first:",
    ...items.slice(0, MAX_LINKED).flatMap((item) => toLinked(item, context)),
    ...toOthers(items.slice(MAX_LINKED), context),
  ].join("\n");
}

function toAdvice(items: readonly DigestItem[]): string {
  if (items.every(({ event }) => event.test)) return "All are tests: nothing to do.";
  return "Many numbers of one account point to one stolen login or token: look for that first, and set PINs where protection was turned off.";
}

function toRunbook({ runbookUrl }: MessageContext): string[] {
  const line = `Every step: ${runbookUrl}#many-numbers-at-once`;
  return runbookUrl && countRows(line) <= 3 ? [line] : [];
}

function toLinked({ event, link, repeat }: DigestItem, context: MessageContext): string[] {
  const words = event.test ? "test" : toEventTexts(event).brief;
  const again = repeat > 0 ? " (told before)" : "";
  const text = `${toFullNumber(event, context)}: ${words}${again}, ${toWhen(toInstant(event), context.now)}, account ${clip(event.wabaId, 28)}`;
  return [...wrap(text), ...(link && countRows(link) <= 3 ? [link] : [])];
}

function toOthers(items: readonly DigestItem[], context: MessageContext): string[] {
  if (items.length === 0) return [];
  const numbers = [...new Set(items.map(({ event }) => toFullNumber(event, context)))];
  const left = numbers.length - MAX_NAMED;
  return [
    "",
    `And ${items.length} before:`,
    ...numbers.slice(0, MAX_NAMED),
    ...(left > 0 ? [`and ${left} more: npm run history -- --open`] : []),
  ];
}
