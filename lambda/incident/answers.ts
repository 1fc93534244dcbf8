import type { AnswerKind } from "../event/answer.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { canAnswer } from "./acknowledge.ts";

/** What a person can say now; nothing about a test, or once there are as many as are kept. */
export function toOfferedAnswers(
  stored: StoredAlert,
  history: readonly SecurityEvent[],
): readonly AnswerKind[] {
  if (!canAnswer(stored)) return [];
  return wasTurnedOff([stored.event, ...history])
    ? ["planned", "handling", "pin-set", "moved"]
    : ["planned", "handling"];
}

function wasTurnedOff(events: readonly SecurityEvent[]): boolean {
  return events.some(({ event }) => event === "PIN_REQUEST_SUCCESS");
}
