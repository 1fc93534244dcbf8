import type { Answer, AnswerKind } from "../../../lambda/event/answer.ts";
import { toEventWords } from "../../../lambda/event/event-words.ts";
import { toNumber } from "../../../lambda/event/words.ts";
import type { Outcome } from "../../../lambda/incident/acknowledge.ts";
import { MAX_ANSWERS } from "../../../lambda/numbers/offer.ts";
import { HANDLING_PAUSE_MINUTES } from "../../../lambda/shared/names.ts";
import { count } from "../../../lambda/shared/time-text.ts";
import { toPrintable, wrap } from "../../cli/text.ts";
import type { FoundAlert } from "./find.ts";

export interface Answered {
  readonly event: FoundAlert;
  readonly outcome: Outcome | "failed";
}

/** Of more alerts than fit on a screen, only those are listed whose answer failed. */
const MOST_LINES = 20;

/** What a person reads. */
export function toLines({ name, answer }: Answer, answered: readonly Answered[]): string[] {
  const isStored = ({ outcome }: Answered) => outcome === "added" || outcome === "noted";
  const stored = answered.filter(isStored).length;
  const after = answered.some(({ outcome }) => outcome === "added") ? ` ${AFTER[answer]}` : "";
  const failed = answered.filter(({ outcome }) => outcome === "failed");
  const others = answered.filter(({ outcome }) => outcome !== "failed");
  return [
    ...(others.length <= MOST_LINES ? others.map(toLine) : []),
    ...(stored > 0
      ? wrap(
          `${count(stored, "answer")} stored: ${answer}, says ${toPrintable(name)}. Everybody who gets the alerts gets this within about a minute, many answers in one message.${after}`,
        )
      : ["Nothing was changed."]),
    ...(failed.length > 0
      ? [`${count(failed.length, "answer")} failed. Run the command again:`]
      : []),
    ...failed.map(toLine),
  ];
}

const ENDED = "Nothing is repeated any more.";

const AFTER: Readonly<Record<AnswerKind, string>> = {
  planned: ENDED,
  handling: `The repeats pause for ${HANDLING_PAUSE_MINUTES} minutes; answer again when it is over.`,
  "pin-set": ENDED,
  moved: ENDED,
  reopen: "The alert repeats again.",
};

function toLine({ event, outcome }: Answered): string {
  return `${toPrintable(`${toNumber(event)}: ${toEventWords(event).short}`)}, ${RESULTS[outcome]}`;
}

const RESULTS: Readonly<Record<Answered["outcome"], string>> = {
  added: "answered",
  noted: "answered; it did not wait for an answer",
  repeated: "has this answer already",
  refused: `takes no further answer (at most ${MAX_ANSWERS})`,
  failed: "FAILED",
};

/** What a program reads. */
export function toJson(answer: Answer, answered: readonly Answered[]): string {
  const alerts = answered.map(({ event, outcome }) => ({
    wabaId: event.wabaId,
    eventKey: event.eventKey,
    event: event.event,
    displayPhoneNumber: event.displayPhoneNumber,
    result: outcome,
  }));
  return JSON.stringify({ answer, alerts }, null, 2);
}
