import { type Answer, endsAlert } from "../event/answer.ts";
import { toAnswerWords } from "../event/words.ts";
import { HANDLING_PAUSE_MINUTES } from "../shared/names.ts";
import { toClock, toDuration } from "../shared/time-text.ts";
import type { NumberState } from "./number-state.ts";

/** What has become of a number's alert, in words; the colour of how serious it is. */
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

/** Of an alert that somebody has ended, or that was sent once: what was said about it last. */
export function toEndedStatus(answers: readonly Answer[], now: number): AlertStatus | undefined {
  const end = answers.findLast(({ answer }) => endsAlert(answer)) ?? answers.at(-1);
  if (!end) return undefined;
  const when = `${toClock(Date.parse(end.at), now)} UTC`;
  return { tone: "calm", text: `${end.name} said at ${when}: ${toAnswerWords(end.answer).said}.` };
}
