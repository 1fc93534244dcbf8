import type { Answer } from "../../event/answer.ts";
import { count } from "../../shared/time-text.ts";
import type { AcknowledgedNotice, AnswersNotice } from "./notice.ts";

/** One answer about one alert. */
export type Answered = Omit<AcknowledgedNotice, "kind">;

/** Each answer with its alert, the newest first. */
export function toAnswered({ items }: AnswersNotice): Answered[] {
  return items
    .flatMap(({ answers, ...about }) => answers.map((answer) => ({ ...about, answer })))
    .toSorted((a, b) => Date.parse(b.answer.at) - Date.parse(a.answer.at));
}

/** Answers in the same words, by one person and from one address. */
export interface AnswerGroup extends Answer {
  readonly count: number;
}

/** The largest group first, each with the time of its newest answer. */
export function toGroups(answered: readonly Answered[]): AnswerGroup[] {
  const groups = new Map<string, AnswerGroup>();
  for (const { answer } of answered) {
    const id = JSON.stringify([answer.name, answer.answer, answer.from]);
    const known = groups.get(id) ?? { ...answer, count: 0 };
    groups.set(id, { ...known, count: known.count + 1 });
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count);
}

/** `300 alerts`: of how many a group speaks. */
export function toAlerts(group: AnswerGroup): string {
  return count(group.count, "alert");
}
