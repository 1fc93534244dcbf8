import type { Answer } from "../event/answer.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { toAnswerWords } from "../event/words.ts";
import { toDuration } from "../shared/time-text.ts";

/** How an incident stands: for the page's most visible lines. */
export interface Standing {
  readonly tone: "alarm" | "busy" | "calm" | "note";
  readonly title: string;
  readonly detail: string;
}

/** What tells a drill that it got to the page of its own alert. */
export const TEST_TITLE = "This is a test";

export function toStanding(incident: StoredAlert, now: number): Standing {
  const last = incident.answers.at(-1);
  if (incident.event.test) {
    return {
      tone: "note",
      title: TEST_TITLE,
      detail: "No number is in danger, and nothing has to be done. The link works.",
    };
  }
  return last ? toAnswered(last, now) : toUnanswered(incident, now);
}

function toAnswered({ name, answer, at }: Answer, now: number): Standing {
  return {
    tone: answer === "handling" ? "busy" : "calm",
    title: `${name}: ${toAnswerWords(answer).said}`,
    detail: `Answered ${toDuration(now - Date.parse(at))} ago. The alert is not repeated any more.`,
  };
}

function toUnanswered({ alert, event, repeats, publishedAt }: StoredAlert, now: number): Standing {
  const age = toDuration(now - Date.parse(publishedAt ?? event.receivedAt));
  const told = repeats === 0 ? "" : ` It was repeated ${toTimes(repeats)}.`;
  const tone = "alarm";
  switch (alert) {
    case "superseded":
      return {
        tone,
        title: "Nobody has answered",
        detail: `A newer alert about this number is repeated instead of this one, which is ${age} old. An answer here counts for both.`,
      };
    case "published":
      return { tone, title: "Nobody has answered", detail: `It was told once, ${age} ago.` };
    case "lapsed":
      return {
        tone,
        title: "Nobody has answered",
        detail: `The alert is ${age} old, and is not repeated any more.${told}`,
      };
    default:
      return {
        tone,
        title: `Nobody has answered for ${age}`,
        detail: `The alert is repeated until somebody does.${told}`,
      };
  }
}

function toTimes(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
