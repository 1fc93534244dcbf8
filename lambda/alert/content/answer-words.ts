import {
  type Answer,
  isAskedByLink,
  isClaim,
  isConfirmed,
  settlesNumber,
} from "../../event/answer.ts";
import { toAnswerWords, toSaidWords } from "../../event/words.ts";
import { clip } from "../../shared/plain-text.ts";
import type { AnswerItem } from "./notice.ts";

/** One answer about one alert. */
export interface Answered {
  readonly item: AnswerItem;
  readonly answer: Answer;
}

export function toAt({ at }: Answer): number {
  return Date.parse(at);
}

/** `Ann says that the PIN is set again (not confirmed)` */
export function toSays(answer: Answer, maxName = 60): string {
  const { says } = toSaidWords(answer);
  return `${clip(answer.name, maxName)} ${says}${isClaim(answer) ? " (not confirmed)" : ""}`;
}

export function toQuoted(answer: Answer): string {
  return toSays({ ...answer, name: `"${answer.name}"` }, 62);
}

export function toFrom(answer: Answer): string {
  return answer.origin === "link" ? `by link ${toPlaceOf(answer)}` : toPlaceOf(answer);
}

/** An address only where it is one: the other origins need AWS credentials. */
export function toPlaceOf(answer: Answer): string {
  const { origin, from } = answer;
  if (origin === "link" || isAskedByLink(answer)) return `from ${from}`;
  return origin === "protect" ? "by npm run protect" : `from the ${origin}`;
}

export function toNext({ item, answer }: Answered): string {
  if (!pausesNothing({ item, answer })) return toNextOf(answer);
  return "The alert is not repeated any more, so that this pauses nothing.";
}

/** "I am handling it", said of an alert that was ended before. */
export function pausesNothing({ item, answer }: Answered): boolean {
  return answer.answer === "handling" && Boolean(item.isOver);
}

function toNextOf(answer: Answer): string {
  const { next } = toAnswerWords(answer.answer);
  return settlesNumber(answer.answer) && !isConfirmed(answer)
    ? `${next} The daily check goes on until an event, Meta, "npm run protect" or an answer from the terminal confirms it.`
    : next;
}

export function toDoubt(answers: readonly Answer[]): readonly string[] {
  if (answers.every(isConfirmed)) return answers.some(isAskedByLink) ? [ASKED_BY_LINK] : [];
  return [
    "Nobody has checked the name. If you do not know this person or that address, go on as if nobody had answered: call, do not write.",
  ];
}

const ASKED_BY_LINK =
  "The PIN is set, and this system has it. Nobody has checked the name: if you do not know this person or that address, somebody else has the link.";
