import { hash } from "node:crypto";
import { isMeant, toDayOf } from "./event-time.ts";

/** What Meta documents of a `security` change. */
export interface DocumentedFields {
  readonly event: string | undefined;
  readonly displayPhoneNumber: string | undefined;
  readonly requester: string | undefined;
  /** Whether these say all that Meta documents, so that they identify the change. */
  readonly areWhole: boolean;
}

/** What identifies an event. */
export interface Identity {
  /** As it came. */
  readonly time: unknown;
  readonly fields: DocumentedFields;
  readonly valueText: string | undefined;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

/** The sort key: the entry's time in 16 digits, so that keys sort by it, `#`, and a digest. */
export function toEventKey(identity: Identity): string {
  return `${toSortableTime(toSeconds(identity.time))}#${toDigest(identity)}`;
}

const EVENT_KEY = /^\d{16}#[0-9a-f]{16}$/;

/** Whether it has the shape that `toEventKey` gives: no other item of the table has such a key. */
export function isEventKey(text: string): boolean {
  return EVENT_KEY.test(text);
}

/** Has that shape, but no event has this key. */
export const NO_EVENT_KEY = `${"9".repeat(16)}#${"0".repeat(16)}`;

/**
 * Meta sends no event id: entry id, time and a digest of the documented fields identify one. Where
 * those or the time are not as documented, all that came is the identity, so that nothing new is
 * taken for a repeat. A time that Meta cannot mean may be the same in every event: the day of receipt
 * distinguishes them. A redelivery of such an event on another day is stored, and alerts, once more:
 * that is better than no alert a year later.
 */
function toDigest({ time, fields, valueText, receivedAt }: Identity): string {
  const { event, displayPhoneNumber, requester, areWhole } = fields;
  const identity = [event, displayPhoneNumber, requester];
  const seconds = toSeconds(time);
  const isTimeWhole = Number.isSafeInteger(seconds) && Number(seconds) >= 0;
  if (!isTimeWhole) identity.push("time", serialise(time));
  if (!areWhole || seconds === undefined) identity.push("value", valueText);
  if (!isMeant(seconds, receivedAt)) identity.push("received", toDayOf(receivedAt));
  return sha256(JSON.stringify(identity)).slice(0, 16);
}

/** Without a time the key sorts first. */
function toSortableTime(time = 0): string {
  return String(Math.trunc(Math.max(time, 0))).padStart(16, "0");
}

/** Unix seconds, from a number or its digits; undefined for what no clock says. */
export function toSeconds(time: unknown): number | undefined {
  const seconds = typeof time === "string" && /^\d{1,15}$/.test(time) ? Number(time) : time;
  if (typeof seconds !== "number") return undefined;
  // Within these DynamoDB takes every number.
  const size = Math.abs(seconds);
  return size === 0 || (size >= 1 && size <= Number.MAX_SAFE_INTEGER) ? seconds : undefined;
}

/** JSON text; undefined where the value is nested too deep for that. */
export function serialise(value: unknown): string | undefined {
  try {
    return JSON.stringify(value ?? null);
  } catch {
    // Nested too deep.
  }
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

function sha256(text: string): string {
  return hash("sha256", text, "hex");
}
