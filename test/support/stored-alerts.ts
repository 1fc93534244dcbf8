import type { Answer } from "../../lambda/event/answer.ts";
import type { StoredAlert } from "../../lambda/event/stored-alert.ts";
import { ANSWER, securityEvent } from "./notices.ts";

/** An open alert about the reset request of 03:12, published at once, but for this difference. */
export function storedAlert(difference: Partial<StoredAlert> = {}): StoredAlert {
  const event = securityEvent();
  return {
    event,
    alert: "open",
    attempts: 0,
    repeats: 0,
    publishedAt: event.receivedAt,
    answers: [],
    announcedAnswers: 0,
    ...difference,
  };
}

/** So many answers, each of somebody else. */
export function answersOf(count: number): Answer[] {
  return Array.from({ length: count }, (_, index) => ({ ...ANSWER, name: `Person ${index + 1}` }));
}
