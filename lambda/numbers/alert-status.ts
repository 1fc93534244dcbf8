import { type Answer, endsAlert, isClaim } from "../event/answer.ts";
import { toSaidWords } from "../event/words.ts";
import { HANDLING_PAUSE_MINUTES } from "../shared/names.ts";
import { toClock, toDuration } from "../shared/time-text.ts";
import type { NumberState } from "./number-state.ts";
import { toStanding } from "./unanswered.ts";

/** What has become of a number's alert, in words, and the colour of its severity. */
export interface AlertStatus {
  readonly tone: "alarm" | "busy" | "calm";
  readonly text: string;
}

type Incident = NonNullable<NumberState["incident"]>;

/** Of alerts that nobody has ended. `now` in milliseconds since the epoch. */
export function toOpenStatus({ since, lapsed, handling }: Incident, now: number): AlertStatus {
  if (handling) return toHandledStatus(handling, lapsed, now);
  const repeats = lapsed ? NOT_REPEATED : "We repeat the alert until somebody answers.";
  const text = `Nobody has answered for ${toDuration(now - since)}. ${repeats}`;
  return { tone: "alarm", text };
}

const NOT_REPEATED = "The alert is no longer repeated.";
const PAUSE_MS = HANDLING_PAUSE_MINUTES * 60_000;

function toHandledStatus({ name, at }: Answer, lapsed: boolean, now: number): AlertStatus {
  const when = `${toClock(Date.parse(at), now)} UTC`;
  const text = `${name} said at ${when}: I am handling it.`;
  if (lapsed) return { tone: "alarm", text: `${text} Nobody has ended the alert. ${NOT_REPEATED}` };
  if (now - Date.parse(at) >= PAUSE_MS) {
    return { tone: "alarm", text: `${text} Nobody has said that it is over.` };
  }
  const pause = `The repeats pause for ${HANDLING_PAUSE_MINUTES} minutes.`;
  return { tone: "busy", text: `${text} ${pause}` };
}

/** Of an alert that waits for nobody: the last answer that ended it and still holds, else the last. */
export function toSaidStatus(answers: readonly Answer[], now: number): AlertStatus | undefined {
  const last = toStanding(answers).findLast(({ answer }) => endsAlert(answer)) ?? answers.at(-1);
  if (!last) return undefined;
  const { name, answer } = last;
  const when = `${toClock(Date.parse(last.at), now)} UTC`;
  const text = `${name} said at ${when}: ${toSaid(last)}.`;
  return { tone: endsAlert(answer) ? "calm" : "busy", text };
}

/** What others read of an answer, after the name and a colon: one wording in every view. */
export function toSaid(answer: Answer): string {
  return `${toSaidWords(answer).said}${isClaim(answer) ? " (not confirmed)" : ""}`;
}
