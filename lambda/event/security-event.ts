import { isRecord } from "../shared/json.ts";
import { type DocumentedFields, serialise, toEventKey, toKeyText, toSeconds } from "./event-key.ts";
import type { Change, Entry } from "./payload.ts";

/** One change of the `security` field, in our names. */
export interface SecurityEvent {
  /** The entry id, folded into key limits. Meta's test deliveries carry "0". */
  readonly wabaId: string;
  /** Entry time, 16 digits so that keys sort by it, `#`, and a digest of the documented fields. */
  readonly eventKey: string;
  readonly event?: string;
  readonly displayPhoneNumber?: string;
  readonly requester?: string;
  /** Unix seconds, as Meta sent it: when the notification was sent. Else when it was received. */
  readonly time: number;
  /** `time` in ISO 8601, where Meta sent a date. */
  readonly sentAt?: string;
  readonly receivedAt: string;
  /** The change's value as JSON text. */
  readonly value?: string;
  readonly valueOmitted?: "size" | "unserialisable";
  readonly test: boolean;
  /** Position in `appSecrets` of the secret that verified the delivery. */
  readonly appSecretIndex: number;
}

export interface Receipt {
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly appSecretIndex: number;
}

const MAX_VALUE_BYTES = 32 * 1024;

export function toSecurityEvent(entry: Entry, change: Change, receipt: Receipt): SecurityEvent {
  const id = toText(entry.id) ?? serialise(entry.id) ?? "";
  const time = toSeconds(entry.time);
  const sentAt = toIsoTime(time);
  const fields = toDocumentedFields(change.value);
  const valueText = serialise(change.value);
  return {
    wabaId: toKeyText(id),
    eventKey: toEventKey({ time: entry.time, fields, valueText, receivedAt: receipt.receivedAt }),
    ...toIndexedFields(fields),
    time: time ?? Math.floor(receipt.receivedAt / 1000),
    ...(sentAt && { sentAt }),
    receivedAt: new Date(receipt.receivedAt).toISOString(),
    ...toValue(valueText),
    test: id === "0",
    appSecretIndex: receipt.appSecretIndex,
  };
}

function toDocumentedFields(value: unknown): DocumentedFields {
  const fields: Record<string, unknown> = isRecord(value) ? value : {};
  const event = toText(fields.event);
  const displayPhoneNumber = toText(fields.display_phone_number);
  const requester = toText(fields.requester);
  const isRequesterWhole = requester !== undefined || fields.requester === undefined;
  const areWhole = Boolean(event && displayPhoneNumber) && isRequesterWhole;
  return { event, displayPhoneNumber, requester, areWhole };
}

/** The fields that are indexed, out of a stored value's text. */
export function readIndexedFields(valueText: string) {
  return toIndexedFields(toDocumentedFields(JSON.parse(valueText)));
}

function toText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : undefined;
}

/** Empty values are left out; what DynamoDB cannot take as a key is shortened and hashed. */
function toIndexedFields({ event, displayPhoneNumber, requester }: DocumentedFields) {
  return {
    ...(event && { event: toKeyText(event) }),
    ...(displayPhoneNumber && { displayPhoneNumber: toKeyText(displayPhoneNumber) }),
    ...(requester && { requester: toKeyText(requester) }),
  };
}

/** A value that is too long or can't be written as JSON is left out; the event is kept. */
function toValue(text: string | undefined): Pick<SecurityEvent, "value" | "valueOmitted"> {
  if (text === undefined) return { valueOmitted: "unserialisable" };
  return Buffer.byteLength(text) > MAX_VALUE_BYTES ? { valueOmitted: "size" } : { value: text };
}

/** Years of other than four digits are not what readers of ISO 8601 expect: see the alert's schema. */
function toIsoTime(unixSeconds = Number.NaN): string | undefined {
  const date = new Date(unixSeconds * 1000);
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999 ? date.toISOString() : undefined;
}
