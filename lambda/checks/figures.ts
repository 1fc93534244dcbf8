import { endsAlert } from "../event/answer.ts";
import type { StoredAlert } from "../event/stored-alert.ts";

/** What happened in the seven days before a report, from what is stored. */
export interface Figures {
  readonly requests: number;
  /** Requests of which somebody said that they were planned. */
  readonly planned: number;
  /** Alerts that nobody answered until they were no longer repeated. */
  readonly lapsed: number;
  /** Milliseconds from receipt to the answer that ended an alert; undefined where none did. */
  readonly medianMs: number | undefined;
  readonly longestMs: number | undefined;
}

const WEEK_MS = 7 * 86_400_000;

export function toFigures(history: readonly StoredAlert[], at: number): Figures {
  const week = history.filter(({ event }) => {
    const age = at - Date.parse(event.receivedAt);
    return age >= 0 && age < WEEK_MS;
  });
  const requests = week.filter(({ event }) => event.event === "PIN_RESET_REQUEST");
  const times = week.flatMap(toEndMs).sort((a, b) => a - b);
  return {
    requests: requests.length,
    planned: requests.filter(({ answers }) => answers.some(({ answer }) => answer === "planned"))
      .length,
    lapsed: week.filter(({ alert }) => alert === "lapsed").length,
    medianMs: times[Math.floor((times.length - 1) / 2)],
    longestMs: times.at(-1),
  };
}

function toEndMs({ event, answers }: StoredAlert): number[] {
  const ends = answers.filter(({ answer }) => endsAlert(answer)).map(({ at }) => Date.parse(at));
  const first = Math.min(...ends);
  return Number.isFinite(first) ? [Math.max(0, first - Date.parse(event.receivedAt))] : [];
}
