import type { AnswerKind } from "../event/answer.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import type { Incident } from "./incident.ts";

/** So many are stored with an event. */
export const MAX_ANSWERS = 10;

/** What a person can say now; nothing about a test, or once there are as many as are kept. */
export function toOfferedAnswers(
  { event, answers }: Incident,
  history: readonly SecurityEvent[],
): readonly AnswerKind[] {
  if (event.test || answers.length >= MAX_ANSWERS) return [];
  return wasTurnedOff([event, ...history])
    ? ["planned", "handling", "pin-set", "moved"]
    : ["planned", "handling"];
}

function wasTurnedOff(events: readonly SecurityEvent[]): boolean {
  return events.some(({ event }) => event === "PIN_REQUEST_SUCCESS");
}
