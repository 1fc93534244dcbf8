import { PHONE_DIGITS } from "../shared/names.ts";
import { type Answer, type AnswerKind, isAskedByLink } from "./answer.ts";
import type { SecurityEvent } from "./security-event.ts";

interface AnswerWords {
  /** What a person chooses. */
  readonly choice: string;
  readonly hint: string;
  /** What others read of it, after the name and a colon. */
  readonly said: string;
  /** The same as a sentence, after the name. */
  readonly says: string;
  /** In counts of answers. */
  readonly short: string;
  /** What happens next. */
  readonly next: string;
}

const ANSWER_WORDS = {
  planned: {
    choice: "This was planned",
    hint: "One of us asked for it, and I have made sure of that.",
    said: "this was planned",
    says: "says that this was planned",
    short: "planned",
    next: "The alert is not repeated any more. After a move somebody must set a PIN again: many forget it.",
  },
  handling: {
    choice: "I am handling it",
    hint: "It was not planned, or I do not know yet. This pauses the repeats for 60 minutes.",
    said: "I am handling it",
    says: "is handling it",
    short: "being handled",
    next: "The repeats pause for 60 minutes. They go on until somebody says that it is over: this was planned, the PIN is set again, or the number is no longer yours.",
  },
  "pin-set": {
    choice: "The PIN is set again",
    hint: "Two-step verification is on, with a PIN of ours.",
    said: "the PIN is set again",
    says: "says that the PIN is set again",
    short: "PIN set again",
    next: "The alert is not repeated any more.",
  },
  moved: {
    choice: "The number is no longer ours",
    hint: "It was moved to another account, or we gave it up.",
    said: "the number is no longer ours",
    says: "says that the number is no longer ours",
    short: "no longer ours",
    next: "The alert is not repeated any more.",
  },
  reopen: {
    choice: "Open the alert again",
    hint: "An answer was not true.",
    said: "the answer was not true, the alert is open again",
    says: "says that an answer was not true",
    short: "opened again",
    next: "The alert is open again, and repeats until somebody ends it.",
  },
} as const satisfies Record<AnswerKind, AnswerWords>;

export function toAnswerWords(answer: AnswerKind): AnswerWords {
  return ANSWER_WORDS[answer];
}

/** What others read of this answer: see `AnswerWords`. */
export function toSaidWords(answer: Answer): Pick<AnswerWords, "said" | "says"> {
  return isAskedByLink(answer) ? ASKED_BY_LINK : ANSWER_WORDS[answer.answer];
}

const ASKED_BY_LINK = {
  said: "a new PIN is set, asked for by link",
  says: "asked by link for a new PIN, and it is set",
};

/** Digits as people write them, "+15550783881"; anything else as it came. */
export function toNumber({
  displayPhoneNumber = "",
}: Pick<SecurityEvent, "displayPhoneNumber">): string {
  if (displayPhoneNumber === "") return "a number that Meta did not name";
  return PHONE_DIGITS.test(displayPhoneNumber) ? `+${displayPhoneNumber}` : displayPhoneNumber;
}
