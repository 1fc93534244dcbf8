import type { SecurityEvent } from "../event/security-event.ts";

/**
 * What a person should do about it, in order.
 * Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/two-step-verification
 */
export const RUNBOOK_STEPS = [
  "Ask the people who manage the account, over another channel (a call, not e-mail), whether this was planned. If it was, you are done.",
  "Do not use the link in Meta's e-mail. Secure the mailbox that receives it and the requester's Meta login: new password, sign out everywhere, two-factor authentication.",
  "See who it was: WhatsApp Manager and Business settings, People; or GET /{waba-id}/assigned_users and GET /{waba-id}/activities in the Graph API. Remove whoever should not be there.",
  "Set a new PIN: WhatsApp Manager, the phone number, Settings, Two-step verification, Change PIN; or POST /{phone-number-id} with a new 6-digit pin.",
  "Confirm that GET /{phone-number-id}?fields=is_pin_enabled says true. If protection was off in between: set the PIN first, then check that the number is still in your account and which apps are subscribed to it, then rotate access tokens and the app secret.",
] as const;

interface Wording {
  /** One line, printable ASCII. */
  readonly summary: string;
  /** For SMS: GSM-7, short. */
  readonly short: string;
  readonly next: string;
}

const RESET_REQUESTED: Wording = {
  summary: "Two-step verification reset requested",
  short: "2-step verification reset requested",
  next: "Meta sends a link to the e-mail address of the business portfolio. Whoever uses it turns two-step verification off; from then on the number can be registered with any PIN. No waiting period is documented: plan for minutes.",
};

const TURNED_OFF: Wording = {
  summary: "Two-step verification was turned off",
  short: "2-step verification was turned OFF",
  next: "The number is unprotected until a PIN is set: it can be registered with any PIN, or moved to another account.",
};

const PIN_CHANGED: Wording = {
  summary: "Two-step verification PIN changed or enabled",
  short: "2-step verification PIN changed",
  next: "Two-step verification is on, with a PIN that only the person who set it knows.",
};

const WORDINGS: ReadonlyMap<string | undefined, Wording> = new Map([
  ["PIN_RESET_REQUEST", RESET_REQUESTED],
  ["PIN_REQUEST_SUCCESS", TURNED_OFF],
  ["PIN_CHANGED", PIN_CHANGED],
]);

function toWording(event: string | undefined): Wording {
  return WORDINGS.get(event) ?? toUnknownWording(event);
}

function toUnknownWording(event: string | undefined): Wording {
  const name = (event ?? "").replace(/[^\w .-]/g, "?").slice(0, 40) || "without a name";
  return {
    summary: `Security event ${name}`,
    short: `security event ${name.slice(0, 30).replaceAll("_", " ")}`,
    next: "Meta's documentation of the security webhook, as this system knows it, does not name this event.",
  };
}

export function toSummary(event: SecurityEvent): string {
  return `${toTestMark(event)}${toWording(event.event).summary}`;
}

/** Printable ASCII, at most 100 characters: summaries are at most 55. */
export function toSubject(event: SecurityEvent): string {
  return `${toTestMark(event)}WhatsApp alert: ${toWording(event.event).summary}, ${toMasked(event)}`;
}

/** GSM-7, at most 140 characters with the two of the test mark that count double. */
export function toSmsText(event: SecurityEvent): string {
  const { short } = toWording(event.event);
  return `${toTestMark(event)}WhatsApp: ${short}, ${toMasked(event)}. Not planned? Set a new PIN now. Steps: see e-mail.`;
}

export function toEmailText(event: SecurityEvent): string {
  const { next } = toWording(event.event);
  const lines = [
    `${toSummary(event)}.`,
    ...(event.test ? ["", "This is a test delivery: no number is in danger, nothing to do."] : []),
    "",
    `Phone number:  ${event.displayPhoneNumber || "not given"}`,
    `Account:       ${event.wabaId} (WhatsApp Business account id)`,
    `Event:         ${event.event || "not given"}`,
    `Requested by:  ${event.requester || "not given"} (Meta's user id)`,
    `Sent by Meta:  ${event.sentAt ?? event.time}`,
    `Received:      ${event.receivedAt}`,
    "",
    "What happens next",
    next,
    "",
    "What to do",
    ...RUNBOOK_STEPS.map((step, index) => `${index + 1}. ${step}`),
    "",
    `Stored as ${event.wabaId} / ${event.eventKey}. Meta sends this once; the same event may be delivered to you twice.`,
  ];
  return lines.join("\n");
}

function toTestMark(event: SecurityEvent): string {
  return event.test ? "[TEST] " : "";
}

function toMasked(event: SecurityEvent): string {
  const digits = event.displayPhoneNumber?.replace(/\D/g, "") ?? "";
  return digits.length > 4 ? `number ..${digits.slice(-4)}` : "unknown number";
}
