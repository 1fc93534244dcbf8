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
    eventKey: `${toSortableTime(time)}#${toDigest(entry.time, fields, valueText)}`,
    ...toIndexedFields(fields),
    time: time ?? Math.floor(receipt.receivedAt / 1000),
    ...(sentAt && { sentAt }),
    receivedAt: new Date(receipt.receivedAt).toISOString(),
    ...toValue(valueText),
    test: id === "0",
    appSecretIndex: receipt.appSecretIndex,
  };
}

/** Unix seconds, from a number or its digits; undefined for what no clock says. */
function toSeconds(time: unknown): number | undefined {
  const seconds = typeof time === "string" && /^\d{1,15}$/.test(time) ? Number(time) : time;
  if (typeof seconds !== "number") return undefined;
  // Within these DynamoDB takes every number.
  const size = Math.abs(seconds);
  return size === 0 || (size >= 1 && size <= Number.MAX_SAFE_INTEGER) ? seconds : undefined;
}

interface DocumentedFields {
  readonly event: string | undefined;
  readonly displayPhoneNumber: string | undefined;
  readonly requester: string | undefined;
  /** Whether these say all that Meta documents, so that they identify the change. */
  readonly areWhole: boolean;
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function toText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : undefined;
}

/** Index keys can be neither empty nor long: what is empty is left out, what is odd is folded. */
function toIndexedFields({ event, displayPhoneNumber, requester }: DocumentedFields) {
  return {
    ...(event && { event: toKeyText(event) }),
    ...(displayPhoneNumber && { displayPhoneNumber: toKeyText(displayPhoneNumber) }),
    ...(requester && { requester: toKeyText(requester) }),
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

/** JSON text; undefined where the value is nested too deep for that. */
function serialise(value: unknown): string | undefined {
  try {
    return JSON.stringify(value ?? null);
  } catch {
    return undefined;
  }
}

/** An absurd value costs its own text, never the event. */
function toValue(text: string | undefined): Pick<SecurityEvent, "value" | "valueOmitted"> {
  if (text === undefined) return { valueOmitted: "unserialisable" };
  return Buffer.byteLength(text) > MAX_VALUE_BYTES ? { valueOmitted: "size" } : { value: text };
}

/**
 * Meta sends no event id: entry id, time and a digest of the documented fields identify one. Where
 * those or the time are not as documented, all that came is the identity, so that nothing new is
 * taken for a repeat.
 */
function toDigest(time: unknown, fields: DocumentedFields, valueText: string | undefined): string {
  const { event, displayPhoneNumber, requester, areWhole } = fields;
  const identity = [event, displayPhoneNumber, requester];
  const seconds = toSeconds(time);
  const isTimeWhole = Number.isSafeInteger(seconds) && Number(seconds) >= 0;
  if (!isTimeWhole) identity.push("time", serialise(time));
  if (!areWhole || seconds === undefined) identity.push("value", valueText);
  return sha256(JSON.stringify(identity)).slice(0, 16);
}

/** Keys of an unknown time come first. */
function toSortableTime(time = 0): string {
  const seconds = Math.trunc(Math.min(Math.max(time, 0), Number.MAX_SAFE_INTEGER));
  return String(seconds).padStart(16, "0");
}

/** Years of other than four digits are not what readers of ISO 8601 expect: see the alert's schema. */
function toIsoTime(unixSeconds = Number.NaN): string | undefined {
  const date = new Date(unixSeconds * 1000);
  const text = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  return text.length === "2026-01-01T00:00:00.000Z".length ? text : undefined;
}

function sha256(text: string): string {
  return hash("sha256", text, "hex");
}
