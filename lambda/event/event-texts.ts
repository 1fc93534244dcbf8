import type { SecurityEvent } from "./security-event.ts";

/** How messages speak of an event. The runbook says all of it: infra/RUNBOOK.md. */
export interface EventTexts {
  /** One line, printable ASCII. */
  readonly summary: string;
  /** In lists: what has happened so far. */
  readonly brief: string;
  /** In digests: one of it. */
  readonly noun: string;
  /** For SMS: GSM-7. */
  readonly short: string;
  /** For SMS: what to do, without where. */
  readonly order: string;
  /** What happened, in words of somebody who was asleep. */
  readonly happened: string;
  readonly risk: string;
  /** What to do, in this order. */
  readonly steps: readonly string[];
  /** The runbook's heading. */
  readonly anchor: string;
}

export const MANAGER_URL = "https://business.facebook.com/wa/manage/phone-numbers/";

const RESET_REQUESTED: EventTexts = {
  summary: "Two-step verification reset requested",
  brief: "reset requested",
  noun: "reset request",
  short: "2-step verification reset requested",
  order: "Not planned? Set a new PIN now",
  happened:
    'Somebody who is logged in to your Meta Business Suite clicked "Turn off two-step verification" for this number.',
  risk: "Meta has mailed a link to your business portfolio's address. Whoever uses it turns the protection off: you may have minutes.",
  steps: [
    "Call the people who manage the account: was this planned?",
    "If not, set a new PIN now: WhatsApp Manager, the phone number, Settings, Two-step verification, Change PIN.",
    "Do not use Meta's link. Secure the mailbox it went to and the login that asked: new password, sign out everywhere.",
  ],
  anchor: "a-reset-was-requested",
};

const TURNED_OFF: EventTexts = {
  summary: "Two-step verification was turned off",
  brief: "two-step verification turned off",
  noun: "completed reset",
  short: "2-step verification was turned OFF",
  order: "Not a planned move? Set a PIN now",
  happened:
    "Two-step verification of this number was turned off: somebody completed the reset with the link from Meta's e-mail.",
  risk: "The number is unprotected. Until a PIN is set, anyone can register it with a PIN of their own or move it to another account.",
  steps: [
    "Set a PIN now, unless you are moving the number at this moment: WhatsApp Manager, the phone number, Settings, Two-step verification.",
    "Check that the number is still in your account, and which apps are subscribed to the account.",
    "Not planned? Secure mailbox and logins, rotate tokens and app secret.",
  ],
  anchor: "a-reset-was-completed",
};

const PIN_CHANGED: EventTexts = {
  summary: "Two-step verification PIN changed or enabled",
  brief: "PIN set - was it you?",
  noun: "PIN change",
  short: "2-step verification PIN was set",
  order: "Not you? Set a new PIN now",
  happened:
    "Somebody changed the two-step verification PIN of this number, or turned two-step verification on.",
  risk: "Only the person who set the PIN knows it, and an attacker can set one too: the number is protected only if it was one of you.",
  steps: [
    "Call the people who manage the account: did one of them do it?",
    "If nobody did, set a new PIN now: WhatsApp Manager, the phone number, Settings, Two-step verification, Change PIN.",
    "Then secure the logins to your Business Suite, and remove people whom you do not know.",
  ],
  anchor: "a-pin-was-changed",
};

const WORDS: ReadonlyMap<string | undefined, EventTexts> = new Map([
  ["PIN_RESET_REQUEST", RESET_REQUESTED],
  ["PIN_REQUEST_SUCCESS", TURNED_OFF],
  ["PIN_CHANGED", PIN_CHANGED],
]);

export function toEventTexts({ event }: Pick<SecurityEvent, "event">): EventTexts {
  return WORDS.get(event) ?? toUnknownTexts(event);
}

export function isKnown({ event }: Pick<SecurityEvent, "event">): boolean {
  return WORDS.has(event);
}

/** When Meta sent the notification, else when it was received. Milliseconds. */
export function toInstant({
  sentAt,
  receivedAt,
}: Pick<SecurityEvent, "sentAt" | "receivedAt">): number {
  return Date.parse(sentAt ?? receivedAt);
}

function toUnknownTexts(event = ""): EventTexts {
  const name = event.replace(/[^\w .-]/g, "?").slice(0, 30) || "without a name";
  return {
    summary: `Security event ${name}`,
    brief: `security event ${name}`,
    noun: "other event",
    short: `security event ${name}`,
    order: "Look at it now",
    happened: `Meta reports a security event that this system does not know: ${name}.`,
    risk: 'It concerns this number. What it means is in Meta\'s documentation of the "security" webhook.',
    steps: [
      "Look at the number in WhatsApp Manager: is it still yours, and is two-step verification on?",
      "Call the people who manage the account: did one of them do this?",
      "If nobody did, set a new PIN and secure the logins.",
    ],
    anchor: "unknown-event",
  };
}
