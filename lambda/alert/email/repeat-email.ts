import { toEventTexts } from "../../event/event-texts.ts";
import { wrap } from "../../shared/plain-text.ts";
import type { MessageContext, RepeatNotice } from "../content/notice.ts";
import { toLatest, toStory, toUnanswered } from "../content/summary.ts";
import { INDENT, toFacts, toLinks, toMail, toSteps } from "./email-parts.ts";

/** How long nobody has answered, what has happened since, and what to do as it stands now. */
export function toRepeatEmail(notice: RepeatNotice, context: MessageContext): string {
  const { event, repeat, link } = notice;
  const latest = toLatest(notice);
  return toMail([
    `Nobody has answered for ${toUnanswered(event.receivedAt, context.now)}. This is repeat ${repeat} of the alert.`,
    ...wrap(toEventTexts(event).happened),
    "",
    ...toFacts(event, context).filter((line) => !line.startsWith("When:")),
    ...toSince(toStory(notice, context.now)),
    "",
    ...toSteps(toEventTexts(latest).steps),
    "",
    ...toLinks(latest, link, context),
  ]);
}

const MAX_SINCE_ROWS = 3;
const MAX_TOLD = 12;

/** All that happened, or the first and what fits of the latest. */
function toSince(story: readonly string[]): string[] {
  for (let left = Math.max(0, story.length - MAX_TOLD); ; left += 1) {
    const parts = left === 0 ? story : [story[0], `${left} more`, ...story.slice(left + 1)];
    const rows = wrap(parts.join(" · "), "So far:   ", INDENT);
    // Stryker disable next-line all: the first and the latest fit; this ends it where texts grow
    const isLeast = left >= story.length - 2;
    if (rows.length <= MAX_SINCE_ROWS || isLeast) return rows;
  }
}
