import type { SecurityEvent } from "../../event/security-event.ts";

const DAY = 24 * 60 * 60;

/** Of an item that somebody edited: it must not keep its alert from being published. */
const UNKNOWN = "unknown time";

/** When Meta sent the notification, else when it was received. Milliseconds. */
export function toInstant({ sentAt, receivedAt }: SecurityEvent): number {
  return Date.parse(sentAt ?? receivedAt);
}

/** `10:22 UTC, 40 seconds ago`; with its date when that is not today's. */
export function toWhen(at: number, now: number): string {
  if (Number.isNaN(at)) return UNKNOWN;
  const seconds = Math.round((now - at) / 1000);
  const isAhead = seconds < -60;
  return `${toClock(at, now)} UTC${isAhead ? "" : `, ${toDuration(seconds)} ago`}`;
}

/** `10:22`, or `2026-02-12 10:22` half a day away and more. */
export function toClock(at: number, now: number): string {
  if (Number.isNaN(at)) return UNKNOWN;
  const text = new Date(at).toISOString().replace(/T(\d+:\d+).*/, " $1");
  const isNear = Math.abs(now - at) < (DAY / 2) * 1000;
  return isNear ? text.slice(-5) : text;
}

/** `40 seconds`, `15 minutes`, `3 hours`, `2 days`. */
export function toDuration(given: number): string {
  const seconds = Math.max(0, given || 0);
  if (seconds < 100) return count(seconds, "second");
  if (seconds < 100 * 60) return count(seconds / 60, "minute");
  if (seconds < 2 * DAY) return count(seconds / 3600, "hour");
  return count(seconds / DAY, "day");
}

/** `1 minute`, `2 minutes`. */
export function count(amount: number, noun: string): string {
  const whole = Math.round(amount);
  return `${whole} ${noun}${whole === 1 ? "" : "s"}`;
}
