import { hash } from "node:crypto";
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
  /** Unix seconds, as Meta sent it: when the notification was sent. */
  readonly time: number;
  /** `time` in ISO 8601, where it is a date. */
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
  const value = toValueText(change.value);
  const fields = toDocumentedFields(change.value);
  const sentAt = toIsoTime(entry.time);
  return {
    wabaId: toKeyText(entry.id),
    eventKey: `${toSortableTime(entry.time)}#${toDigest(entry.time, fields, value)}`,
    ...toIndexedFields(fields),
    time: entry.time,
    ...(sentAt && { sentAt }),
    receivedAt: new Date(receipt.receivedAt).toISOString(),
    ...value,
    test: entry.id === "0",
    appSecretIndex: receipt.appSecretIndex,
  };
}

interface DocumentedFields {
  readonly event: string | undefined;
  readonly displayPhoneNumber: string | undefined;
  readonly requester: string | undefined;
}

function toDocumentedFields(value: unknown): DocumentedFields {
  const fields = (typeof value === "object" ? value : undefined) as
    | Record<string, unknown>
    | null
    | undefined;
  return {
    event: toText(fields?.event),
    displayPhoneNumber: toText(fields?.display_phone_number),
    requester: toText(fields?.requester),
  };
}

function toText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : undefined;
}

/** Index keys can be neither empty nor long: what is empty is left out, what is odd is folded. */
function toIndexedFields(fields: DocumentedFields) {
  return {
    ...(fields.event && { event: toKeyText(fields.event) }),
    ...(fields.displayPhoneNumber && { displayPhoneNumber: toKeyText(fields.displayPhoneNumber) }),
    ...(fields.requester && { requester: toKeyText(fields.requester) }),
  };
}

const MAX_KEY_BYTES = 1024;
const FOLDED_PREFIX = 64;

/**
 * The text itself where DynamoDB takes it as a key; else its beginning and a digest of all of it,
 * so that no two texts share a key.
 */
export function toKeyText(text: string): string {
  const fits = text !== "" && text.isWellFormed() && Buffer.byteLength(text) <= MAX_KEY_BYTES;
  if (fits) return text;
  return `${text.slice(0, FOLDED_PREFIX).toWellFormed()}~${sha256(JSON.stringify(text))}`;
}

type ValueText = { value: string } | { valueOmitted: "size" | "unserialisable" };

/** An absurd value costs its own text, never the event. */
function toValueText(value: unknown): ValueText {
  try {
    const text = JSON.stringify(value ?? null);
    return Buffer.byteLength(text) > MAX_VALUE_BYTES ? { valueOmitted: "size" } : { value: text };
  } catch {
    return { valueOmitted: "unserialisable" };
  }
}

/**
 * Meta sends no event id: entry id, time and a digest of the documented fields identify one. A
 * value without an event name has none of them to trust, and is its own identity.
 */
function toDigest(time: number, fields: DocumentedFields, valueText: ValueText): string {
  const identity: unknown[] = [fields.event, fields.displayPhoneNumber, fields.requester];
  if (fields.event === undefined) identity.push(valueText);
  if (!Number.isSafeInteger(time) || time < 0) identity.push(time);
  return sha256(JSON.stringify(identity)).slice(0, 16);
}

function toSortableTime(time: number): string {
  const seconds = Math.trunc(Math.min(Math.max(time, 0), Number.MAX_SAFE_INTEGER));
  return String(seconds).padStart(16, "0");
}

/** Years of other than four digits are not what readers of ISO 8601 expect: see the alert's schema. */
function toIsoTime(unixSeconds: number): string | undefined {
  const date = new Date(unixSeconds * 1000);
  const text = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  return text.length === "2026-01-01T00:00:00.000Z".length ? text : undefined;
}

function sha256(text: string): string {
  return hash("sha256", text, "hex");
}
