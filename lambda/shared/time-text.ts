/** How messages, pages and commands show durations and times. Instants are milliseconds, in UTC. */

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** For an item edited by hand: an unreadable time must not stop its alert. */
const UNKNOWN = "unknown time";

/** Such as "90 seconds" or "3 hours": in the largest unit of which there are at least two. */
export function toDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000) || 0);
  const [unit, size] = UNITS.find(([, unitSeconds]) => seconds >= 2 * unitSeconds) ?? ["second", 1];
  return count(Math.floor(seconds / size), unit);
}

export function toAgo(instant: number | string, now: number): string {
  return `${toDuration(now - new Date(instant).getTime())} ago`;
}

/** Such as "24 Nov, 03:12", and with the year when that is not this one. */
export function toShortTime(at: number, now: number): string {
  if (!isTime(at)) return UNKNOWN;
  const text = new Date(at).toUTCString();
  const isThisYear = new Date(now).getUTCFullYear() === new Date(at).getUTCFullYear();
  const year = isThisYear ? "" : ` ${new Date(at).getUTCFullYear()}`;
  return `${Number(text.slice(5, 7))} ${text.slice(8, 11)}${year}, ${toHour(at)}`;
}

/** Such as "03:12", and with its date when that is half a day away or more. */
export function toClock(at: number, now: number): string {
  const isNear = Math.abs(now - at) < 43_200_000;
  return isNear ? toHour(at) : toShortTime(at, now);
}

/** Such as "03:12 UTC, 40 seconds ago". */
export function toWhen(at: number, now: number): string {
  if (!isTime(at)) return UNKNOWN;
  const isAhead = at - now > 60_000;
  return `${toClock(at, now)} UTC${isAhead ? "" : `, ${toAgo(at, now)}`}`;
}

/** Such as 2026-11-24. */
export function toDay(at: number): string {
  return isTime(at) ? new Date(at).toISOString().slice(0, 10) : "";
}

/** Such as 2026-11-24 06:17 UTC. */
export function toMinute(at: number): string {
  return isTime(at) ? `${toDay(at)} ${toHour(at)} UTC` : UNKNOWN;
}

/** Such as "1 minute", "2 minutes". */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount} ${amount === 1 ? noun : plural}`;
}

function toHour(at: number): string {
  return new Date(at).toISOString().replace(/.*T(\d+:\d+).*/, "$1");
}

function isTime(at: number): boolean {
  return !Number.isNaN(new Date(at).getTime());
}
