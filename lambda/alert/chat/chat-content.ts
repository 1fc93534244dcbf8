import { toEventTexts, toInstant } from "../../event/event-texts.ts";
import { toUnformatted } from "../../shared/plain-text.ts";
import { toWhen } from "../../shared/time-text.ts";
import { toAlerts, toAnswered, toGroups } from "../content/answered.ts";
import type { AnswersNotice, MessageContext, Notice } from "../content/notice.ts";
import { toFullNumber } from "../content/number-text.ts";
import { ANSWER_WORDS, toLatest, toStory } from "../content/summary.ts";

const MAX_LISTED = 20;

export function toDescription(notice: Notice, context: MessageContext): string {
  const lines = toDescriptionLines(notice, context).map(toUnformatted);
  return [...lines, `Seen by ${toUnformatted(context.label)}.`].join("\n");
}

function toDescriptionLines(notice: Notice, context: MessageContext): string[] {
  if (notice.kind === "digest") {
    const lines = notice.items.slice(0, MAX_LISTED).map(({ event }) => {
      const words = event.test ? "test" : toEventTexts(event).brief;
      return `${toFullNumber(event, context)}: ${words}, ${toWhen(toInstant(event), context.now)}`;
    });
    const left = notice.items.length - lines.length;
    return [...lines, ...(left > 0 ? [`and ${left} more`] : [])];
  }
  if (notice.kind === "answers") return toAnswersLines(notice);
  const { event } = notice;
  const facts = `Account ${event.wabaId}, user ${event.requester ?? "not given"}, ${toWhen(toInstant(event), context.now)}.`;
  const test = event.test ? ["This is a test: no number is in danger, nothing to do."] : [];
  return [...test, ...toStoryLines(notice, context), facts];
}

function toAnswersLines(notice: AnswersNotice): string[] {
  const groups = toGroups(toAnswered(notice));
  const lines = groups.slice(0, MAX_LISTED).map((group) => {
    return `${toAlerts(group)}: ${ANSWER_WORDS[group.answer]}, says ${group.name} from ${group.from}`;
  });
  const left = groups.length - lines.length;
  const doubt = "Nobody has checked the names: if you do not know one, call.";
  return [...lines, ...(left > 0 ? [`and ${left} more`] : []), doubt];
}

function toStoryLines(
  notice: Exclude<Notice, { readonly items: unknown }>,
  context: MessageContext,
) {
  if (notice.kind === "acknowledged") {
    const { name, answer, from } = notice.answer;
    const doubt = "Nobody has checked the name: if you do not know it, call.";
    return [`${ANSWER_WORDS[answer]}, says ${name} from ${from}. ${doubt}`];
  }
  const { happened, risk } = toEventTexts(notice.event);
  if (notice.kind === "alert") return notice.event.test ? [] : [`${happened} ${risk}`];
  return [happened, `So far: ${toStory(notice, context.now).slice(-MAX_LISTED).join("; ")}`];
}

/** Links between angle brackets, which both Slack and Teams read as links. */
export function toNextSteps(notice: Notice, context: MessageContext): string[] {
  if (notice.kind === "digest") {
    return ["npm run acknowledge -- --all", ...toRunbook("many-numbers-at-once", context)];
  }
  if (notice.kind === "answers") {
    return ["npm run history", ...toRunbook("many-numbers-at-once", context)];
  }
  const { link, event } = notice;
  const latest = notice.kind === "repeat" ? toLatest(notice) : event;
  const { steps, anchor } = toEventTexts(latest);
  const orders = notice.kind === "acknowledged" || event.test ? [] : steps;
  return [
    ...orders,
    ...(link ? [`${event.test ? "The page for answers" : "Answer here"}: <${link}>`] : []),
    ...toRunbook(anchor, context),
  ];
}

function toRunbook(anchor: string, { runbookUrl }: MessageContext): string[] {
  return runbookUrl ? [`Every step: <${runbookUrl}#${anchor}>`] : [];
}
