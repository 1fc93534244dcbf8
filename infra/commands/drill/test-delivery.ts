import { toSecurityEvent } from "../../../lambda/event/security-event.ts";
import { toSignature, toWireText } from "../../meta-app/delivery.ts";

export interface TestEvent {
  readonly event: string;
  readonly phone: string;
  /** Distinguishes this drill from all others, and from Meta's own tests. */
  readonly requester: string;
  /** Unix seconds. */
  readonly time: number;
}

/** One POST of the drill, and where its event will be stored. */
export interface TestDelivery {
  readonly body: string;
  readonly signature: string;
  readonly wabaId: string;
  readonly eventKey: string;
}

/** Of the same shape as what the App Dashboard's Test button sends: the entry id is 0. */
export function toTestDelivery(test: TestEvent, appSecret: string): TestDelivery {
  const { event, phone, requester, time } = test;
  const change = { field: "security", value: { display_phone_number: phone, event, requester } };
  const entry = { id: "0", time, changes: [change], valuesMissing: false };
  const { id, changes } = entry;
  const object = "whatsapp_business_account";
  const body = toWireText({ object, entry: [{ id, time, changes }] });
  const stored = toSecurityEvent(entry, change, { receivedAt: time * 1000, appSecretIndex: 0 });
  return {
    body,
    signature: toSignature(body, appSecret),
    wabaId: stored.wabaId,
    eventKey: stored.eventKey,
  };
}
