import type {
  HeartbeatNotice,
  Message,
  MessageContext,
  NoticeItem,
} from "../../lambda/alert/content/notice.ts";
import { toHeartbeatMessage } from "../../lambda/alert/heartbeat.ts";
import { toMessage } from "../../lambda/alert/message.ts";
import type { Answer } from "../../lambda/event/answer.ts";
import type { SecurityEvent } from "../../lambda/event/security-event.ts";

export const SENT_AT = Date.parse("2026-11-24T03:12:00.000Z");

export const LINK =
  "https://a1b2c3d4e5.execute-api.ap-southeast-2.amazonaws.com/incident?w=102290129340398&k=0000001795489920%23d92d31e174b62c1a&c=Vh3kZ0q9T4mYb7c2XwLs8Q";

/** A reset request of 03:12, but for this difference. */
export function securityEvent(difference: Partial<SecurityEvent> = {}): SecurityEvent {
  return {
    wabaId: "102290129340398",
    eventKey: "0000001795489920#d92d31e174b62c1a",
    event: "PIN_RESET_REQUEST",
    displayPhoneNumber: "15550783881",
    requester: "61555822107539",
    time: SENT_AT / 1000,
    sentAt: new Date(SENT_AT).toISOString(),
    receivedAt: new Date(SENT_AT + 1000).toISOString(),
    value: "{}",
    test: false,
    appSecretIndex: 0,
    ...difference,
  };
}

/** The event of so many minutes after 03:12. */
export function later(minutes: number, difference: Partial<SecurityEvent> = {}): SecurityEvent {
  const sentAt = SENT_AT + minutes * 60_000;
  return securityEvent({
    time: sentAt / 1000,
    sentAt: new Date(sentAt).toISOString(),
    receivedAt: new Date(sentAt + 1000).toISOString(),
    ...difference,
  });
}

export const ANSWER: Answer = {
  name: "Ann Example",
  answer: "handling",
  at: "2026-11-24T03:20:00.000Z",
  from: "203.0.113.7",
  origin: "link",
};

export const HEARTBEAT: HeartbeatNotice = {
  kind: "heartbeat",
  ok: true,
  summary: "All well: 12 numbers, all protected",
  lines: ["Numbers", "  15550783881 (Support DE)  protected"],
  report: { numbers: [{ displayPhoneNumber: "15550783881", state: "protected" }] },
};

/** 40 seconds after 03:12, but for this difference. */
export function messageContext(difference: Partial<MessageContext> = {}): MessageContext {
  return {
    label: "Prod",
    stackName: "WhatsAppSecurityWebhook",
    runbookUrl: "https://github.com/acme/whatsapp-security-webhook/blob/main/infra/RUNBOOK.md",
    numberLabels: { "15550783881": "Support DE" },
    now: SENT_AT + 40_000,
    ...difference,
  };
}

/** The message's forms, the machine's parsed. */
export function toForms(
  given: NoticeItem | readonly NoticeItem[] | HeartbeatNotice,
  context = messageContext(),
) {
  const { subject, message, attributes } = compose(given, context);
  const forms: Record<"default" | "email" | "https" | "sms", string> = JSON.parse(message);
  return {
    subject,
    attributes,
    message,
    email: forms.email,
    sms: forms.sms,
    machine: JSON.parse(forms.default),
    chat: JSON.parse(forms.https),
  };
}

export function compose(
  given: NoticeItem | readonly NoticeItem[] | HeartbeatNotice,
  context = messageContext(),
): Message {
  if ("report" in given) return toHeartbeatMessage(given, context);
  return toMessage("due" in given ? [given] : given, context);
}
