import { KNOWN_EVENTS, type KnownEvent } from "../shared/names.ts";
import type { SecurityEvent } from "./security-event.ts";

/** How people read of an event. The runbook says all of it: infra/RUNBOOK.md. */
interface EventWords {
  /** One line, printable ASCII. */
  readonly title: string;
  /** In a list of what happened, after its time. */
  readonly short: string;
  /** Noun for counts in digests. */
  readonly noun: string;
  /** For SMS: GSM-7. */
  readonly sms: string;
  /** For SMS: what to do. */
  readonly order: string;
  /** For a reader who has just been woken. */
  readonly happened: string;
  /** What it means, in one sentence. */
  readonly meaning: string;
  /** The first step, which ends with how a PIN is set. */
  readonly pinStep: string;
  /** What to do then, in this order. */
  readonly moreSteps: readonly string[];
  /** The runbook's heading. */
  readonly anchor: string;
}

const EVENT_WORDS = {
  PIN_RESET_REQUEST: {
    title: "Two-step verification reset requested",
    short: "reset requested",
    noun: "reset request",
    sms: "2-step verification reset requested",
    order: "Not planned? Set a new PIN now",
    happened: 'Somebody in your Meta Business Suite clicked "Turn off two-step verification".',
    meaning:
      "Meta has mailed a link to your business portfolio's address: whoever uses it turns the protection off, within minutes.",
    pinStep:
      "Was this planned? Call. If not, or if you reach nobody in five minutes, set a new PIN:",
    moreSteps: ["Do not use Meta's link. Secure its mailbox and the login that asked."],
    anchor: "a-reset-was-requested",
  },
  PIN_REQUEST_SUCCESS: {
    title: "Two-step verification was turned off",
    short: "two-step verification turned off",
    noun: "completed reset",
    sms: "2-step verification was turned OFF",
    order: "Not a planned move? Set a PIN now",
    happened: "Two-step verification was turned off, with the link from Meta's e-mail.",
    meaning:
      "The PIN no longer protects the number: whoever has a token of the account, or the number's verification code, can register it.",
    pinStep: "Set a PIN now, unless you are moving the number at this moment:",
    moreSteps: [
      "Check that the number is still in your account, with your apps only.",
      "Not planned? Secure mailbox and logins, rotate tokens and app secret.",
    ],
    anchor: "a-reset-was-completed",
  },
  PIN_CHANGED: {
    title: "Two-step verification PIN set or changed",
    short: "PIN set: was it you?",
    noun: "PIN change",
    sms: "2-step verification PIN was set",
    order: "Not you? Set a new PIN now",
    happened: "Somebody set or changed the PIN of this number in WhatsApp Manager.",
    meaning: "Only the person who set the PIN knows it: was it one of you?",
    pinStep: "If it was none of you, set a new PIN now:",
    moreSteps: [
      "See who it was: Meta mailed it, and the account has an audit trail.",
      "Secure the Business Suite logins; remove people you do not know.",
    ],
    anchor: "a-pin-was-changed",
  },
} as const satisfies Record<KnownEvent, EventWords>;

export function toEventWords({ event }: Pick<SecurityEvent, "event">): EventWords {
  return isKnown(event) ? EVENT_WORDS[event] : toUnknownWords(event);
}

function isKnown(event: string | undefined): event is KnownEvent {
  return KNOWN_EVENTS.some((known) => known === event);
}

function toUnknownWords(event = ""): EventWords {
  const name = event.replace(/[^\w .-]/g, "?").slice(0, 30) || "without a name";
  return {
    title: `Security event ${name}`,
    short: `security event ${name}`,
    noun: "other event",
    sms: `security event ${name}`,
    order: "Look at it now",
    happened: `Meta reports a security event that this system does not know: ${name}.`,
    meaning: 'What it means is in Meta\'s documentation of the "security" webhook.',
    pinStep:
      "Is the number still yours, with two-step verification on? If none of you did this, set a new PIN:",
    moreSteps: ["Secure the logins to your Business Suite."],
    anchor: "unknown-event",
  };
}
