import type { Answer } from "../event/answer.ts";
import type { SecurityEvent } from "../event/security-event.ts";

interface Moment {
  /** ISO 8601. */
  readonly at: string;
  readonly says: string;
}

/** Whether the number is protected now: by what Meta and people said last, in a sentence. */
export function toProtection(
  history: readonly SecurityEvent[],
  answers: readonly Answer[],
): string | undefined {
  const moments = [...history.map(toEventMoment), ...answers.map(toAnswerMoment)];
  const inOrder = moments
    .filter((moment) => moment !== undefined)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return inOrder.at(-1)?.says;
}

const EVENT_SAYS = new Map<string | undefined, string>([
  ["PIN_RESET_REQUEST", "Two-step verification is still on, as far as Meta has told."],
  ["PIN_REQUEST_SUCCESS", "Two-step verification is off."],
  ["PIN_CHANGED", "Two-step verification is on. Make sure that the new PIN is yours."],
]);

function toEventMoment({ event, sentAt, receivedAt }: SecurityEvent): Moment | undefined {
  const says = EVENT_SAYS.get(event);
  return says === undefined ? undefined : { at: sentAt ?? receivedAt, says };
}

function toAnswerMoment({ name, answer, at }: Answer): Moment | undefined {
  if (answer === "pin-set") return { at, says: `Two-step verification is on, says ${name}.` };
  if (answer === "moved") return { at, says: `The number is no longer yours, says ${name}.` };
  return undefined;
}
