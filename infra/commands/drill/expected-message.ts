import type { MessageContext } from "../../../lambda/alert/content/notice.ts";
import { toMessage } from "../../../lambda/alert/message.ts";
import type { SecurityEvent } from "../../../lambda/event/security-event.ts";
import type { Subscriber } from "../../../lambda/facts/subscribers.ts";
import { maskEndpoint } from "../../../lambda/facts/subscribers.ts";

/** What one subscriber should have received by now. */
export interface ExpectedMessage {
  readonly protocol: string;
  /** Masked. */
  readonly endpoint: string;
  readonly confirmed: boolean;
  readonly what: string;
}

export function toExpectedMessage(subscriber: Subscriber, event: SecurityEvent): ExpectedMessage {
  const { protocol, endpoint, confirmed, filterPolicy } = subscriber;
  const what = confirmed ? toWhat(protocol, event) : "nothing, for it never confirmed";
  const filter = confirmed && filterPolicy ? ", if its filter policy lets it through" : "";
  const masked = maskEndpoint(protocol, endpoint);
  return { protocol, endpoint: masked, confirmed, what: `${what}${filter}` };
}

/** What this terminal does not know, the message names beside: its deployment, its number's label. */
const CONTEXT: MessageContext = { label: "", runbookUrl: "", numberLabels: {}, now: 0 };

function toWhat(protocol: string, event: SecurityEvent): string {
  const { subject, message } = toMessage([{ due: "alert", event }], CONTEXT);
  if (protocol.startsWith("email")) return `a mail, subject "${subject}"`;
  const forms = JSON.parse(message);
  if (protocol === "sms") return `"${forms.sms}"`;
  if (protocol === "https")
    return `a notification, title "${JSON.parse(forms.https).content.title}"`;
  return 'the JSON document, with "test":true';
}
