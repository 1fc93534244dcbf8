import { MANAGER_URL, toEventTexts, toInstant } from "../../event/event-texts.ts";
import type { SecurityEvent } from "../../event/security-event.ts";
import { COLUMNS, clip, countRows, wrap } from "../../shared/plain-text.ts";
import { toWhen } from "../../shared/time-text.ts";
import type { MessageContext } from "../content/notice.ts";
import { toFullNumber } from "../content/number-text.ts";

/** Below the facts. */
export const INDENT = " ".repeat(10);

export function toFacts(event: SecurityEvent, context: MessageContext): string[] {
  const account = clip(event.wabaId, 28);
  return [
    `Number:   ${toFullNumber(event, context)}`,
    `When:     ${toWhen(toInstant(event), context.now)}`,
    `User:     ${event.requester ? `${clip(event.requester, 40)} (Meta's id)` : "not given"}`,
    `Account:  ${account}, seen by ${clip(context.label, COLUMNS - 20 - account.length)}`,
  ];
}

/** With the place where a PIN is set below the step that first names it. */
export function toSteps(steps: readonly string[]): string[] {
  const first = steps.findIndex((step) => step.includes("WhatsApp Manager"));
  return steps.flatMap((step, index) => [
    ...wrap(step, `${index + 1}. `, "   "),
    ...(index === first ? [`   ${MANAGER_URL}`] : []),
  ]);
}

export function toLinks(event: SecurityEvent, link: string | undefined, context: MessageContext) {
  return [
    ...toAnswerLines(link),
    ...toRunbookLine("Every step:", toEventTexts(event).anchor, context),
  ];
}

function toAnswerLines(link: string | undefined): string[] {
  if (link === undefined) return [];
  if (!isShort(link, 3)) return ["Answer with: npm run acknowledge"];
  return ["Answer here, so that everybody knows who acts:", link];
}

export function toRunbookLine(
  title: string,
  anchor: string,
  { runbookUrl }: MessageContext,
): string[] {
  const line = `${title} ${runbookUrl}#${anchor}`;
  return runbookUrl && isShort(line, 2) ? [line] : [];
}

/** A link that takes a screenful helps nobody. */
export function isShort(text: string | undefined, rows: number): text is string {
  return text !== undefined && countRows(text) <= rows;
}

export function toMail(lines: readonly string[]): string {
  return lines.join("\n");
}
