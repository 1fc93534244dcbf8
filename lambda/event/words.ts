import type { AnswerKind } from "./answer.ts";
import type { SecurityEvent } from "./security-event.ts";

interface EventWords {
  readonly title: string;
  /** What it means, in a sentence or two. */
  readonly meaning: string;
  /** In a list of what happened, after its time. */
  readonly short: string;
}

export function toEventWords({ event }: Pick<SecurityEvent, "event">): EventWords {
  switch (event) {
    case "PIN_RESET_REQUEST":
      return {
        title: "Reset of two-step verification requested",
        meaning:
          "Somebody asked Meta to turn off two-step verification of this number. Meta has sent a link to the e-mail address of the business portfolio: whoever uses it turns the protection off. That can take minutes.",
        short: "reset requested",
      };
    case "PIN_REQUEST_SUCCESS":
      return {
        title: "Two-step verification turned off",
        meaning:
          "Two-step verification of this number was turned off. Until a PIN is set, it can be registered with any PIN, or moved to another account.",
        short: "two-step verification turned off",
      };
    case "PIN_CHANGED":
      return {
        title: "Two-step verification PIN set or changed",
        meaning:
          "Somebody set or changed the PIN of this number. Two-step verification is on, with a PIN that only that person knows. Was it one of you?",
        short: "PIN set: was it you?",
      };
    default:
      return {
        title: "Unknown security event",
        meaning: `Meta sent ${event ? `the event ${event}` : "an event without a name"}, which its documentation did not have when this system was made. Look into WhatsApp Manager.`,
        short: event ?? "an event without a name",
      };
  }
}

interface AnswerWords {
  /** What a person chooses. */
  readonly choice: string;
  readonly hint: string;
  /** What the others read of it, after the name. */
  readonly said: string;
}

export function toAnswerWords(answer: AnswerKind): AnswerWords {
  switch (answer) {
    case "planned":
      return {
        choice: "This was planned",
        hint: "One of us asked for it, and I have made sure of that.",
        said: "this was planned",
      };
    case "handling":
      return {
        choice: "I am handling it",
        hint: "It was not planned, or I do not know yet.",
        said: "I am handling it",
      };
    case "pin-set":
      return {
        choice: "The PIN is set again",
        hint: "Two-step verification is on, with a PIN of ours.",
        said: "the PIN is set again",
      };
    case "moved":
      return {
        choice: "The number is no longer ours",
        hint: "It was moved to another account, or we gave it up.",
        said: "the number is no longer ours",
      };
    case "reopen":
      return {
        choice: "Open the alert again",
        hint: "An answer was not true.",
        said: "the answer was not true, the alert is open again",
      };
  }
}

/** Such as "12 minutes"; at least one. */
export function toAge(milliseconds: number): string {
  const minutes = Math.max(1, Math.floor(milliseconds / 60_000));
  if (minutes < 120) return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}

/** Such as "24 Nov, 03:12", in UTC. */
export function toShortTime(date: Date): string {
  const text = date.toUTCString();
  return `${Number(text.slice(5, 7))} ${text.slice(8, 11)}, ${text.slice(17, 22)}`;
}

/** Digits as people write them, "+15550783881"; anything else as it came. */
export function toNumber({
  displayPhoneNumber = "",
}: Pick<SecurityEvent, "displayPhoneNumber">): string {
  if (displayPhoneNumber === "") return "a number that Meta did not name";
  return /^\d{5,15}$/.test(displayPhoneNumber) ? `+${displayPhoneNumber}` : displayPhoneNumber;
}
