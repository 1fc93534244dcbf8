import { InvalidArgumentError } from "commander";

/**
 * A phone number in any usual spelling ("+1 555-078-3881") as Meta sends it: digits. What does not
 * look like a phone number is left as it is, since Meta may one day send something else.
 */
export function toPhoneNumber(text: string): string {
  return /^\+?[\d\s().\-/]+$/.test(text) ? text.replace(/\D/g, "") : text;
}

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400, w: 604_800 };
const DAY_SECONDS = 86_400;

const RULE =
  "It must be a date (2026-01-31), a time (2026-01-31T12:00Z), or how long ago (90m, 12h, 30d, 4w).";

/** Throws commander's error, with the rule. */
export function parseSince(text: string, now = Date.now()): number {
  return parseAgo(text, now) ?? parseInstant(text);
}

/** A day is meant to its end. */
export function parseUntil(text: string, now = Date.now()): number {
  const isDay = !text.includes("T");
  return parseAgo(text, now) ?? parseInstant(text) + (isDay ? DAY_SECONDS - 1 : 0);
}

function parseAgo(text: string, now: number): number | undefined {
  const [, amount, unit = ""] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const size = UNITS[unit];
  return size === undefined ? undefined : Math.floor(now / 1000) - Number(amount) * size;
}

const INSTANT = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Without a time zone, UTC. */
function parseInstant(text: string): number {
  const [, day = "", time = "T00:00", , , zone = "Z"] = INSTANT.exec(text) ?? [];
  const milliseconds = Date.parse(`${day}${time}${time.endsWith(zone) ? "" : zone}`);
  if (Number.isNaN(milliseconds) || !isDay(day)) throw new InvalidArgumentError(RULE);
  return Math.floor(milliseconds / 1000);
}

/** JavaScript takes 30 February for 2 March. */
function isDay(day: string): boolean {
  return new Date(`${day}T00:00Z`).toISOString().startsWith(day);
}
