import { InvalidArgumentError } from "commander";

/** Parsers of what is typed behind an option. Each throws commander's error, with the rule. */

export function parseText(text: string): string {
  if (text.trim() !== "") return text;
  throw new InvalidArgumentError("It must not be empty.");
}

/** For an option that may be repeated. */
export function collect(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, parseText(text)];
}

/** A parser of whole numbers; `what` begins its sentence, such as "A port". */
export function integerBetween(what: string, least: number, most = Number.MAX_SAFE_INTEGER) {
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`${what} is a whole number ${range}.`);
  };
}

export function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError("It must be an address such as https://example.com/webhook.");
}

/** 11 digits reach the year 5138: more are milliseconds. */
const MAX_UNIX_SECONDS = 99_999_999_999;

/** Unix seconds, or "now". */
export function parseUnixTime(text: string, now = Date.now()): number {
  if (text === "now") return Math.floor(now / 1000);
  if (!/^\d{1,15}$/.test(text)) {
    throw new InvalidArgumentError("A time is a whole number of Unix seconds, or now.");
  }
  const seconds = Number(text);
  if (seconds <= MAX_UNIX_SECONDS) return seconds;
  throw new InvalidArgumentError(
    `A time is in Unix seconds, and ${text} looks like milliseconds: ${Math.floor(seconds / 1000)}.`,
  );
}

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
};

/** Seconds of a text such as 90m; undefined when it is none. */
function toSeconds(text: string, units: string): number | undefined {
  const [, amount, unit = ""] = /^(\d{1,6})([a-z])$/.exec(text) ?? [];
  const size = units.includes(unit) ? UNIT_SECONDS[unit] : undefined;
  return size === undefined ? undefined : Number(amount) * size;
}

/** Milliseconds of a text such as 30m, 2h or 7d. */
export function parseDuration(text: string): number {
  const seconds = toSeconds(text, "mhd");
  if (seconds !== undefined) return seconds * 1000;
  throw new InvalidArgumentError("It must look like 30m, 2h or 7d.");
}

/** Minutes of texts such as 10s,30s or 5m,1h, which grow; none of "off". */
export function parseDelays(text: string): readonly number[] {
  if (text === "off") return [];
  const delays = text.split(",").map((part) => toSeconds(part.trim(), "smh") ?? 0);
  const isGrowing = delays.every((delay, index) => delay > (delays[index - 1] ?? 0));
  if (isGrowing) return delays.map((seconds) => seconds / 60);
  throw new InvalidArgumentError(
    "It must look like 10s,30s or 5m,15m,1h, each after the one before; or off.",
  );
}

const DAY_SECONDS = 86_400;

const RULE =
  "It must be a date (2026-01-31), a time (2026-01-31T12:00Z), or how long ago (90m, 12h, 30d, 4w).";

/** Unix seconds. */
export function parseSince(text: string, now = Date.now()): number {
  return parseAgo(text, now) ?? parseInstant(text);
}

/** Unix seconds; a day is meant to its end. */
export function parseUntil(text: string, now = Date.now()): number {
  const isDay = !text.includes("T");
  return parseAgo(text, now) ?? parseInstant(text) + (isDay ? DAY_SECONDS - 1 : 0);
}

function parseAgo(text: string, now: number): number | undefined {
  const seconds = toSeconds(text, "mhdw");
  return seconds === undefined ? undefined : Math.floor(now / 1000) - seconds;
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

/**
 * A phone number in any usual spelling ("+1 555-078-3881") as Meta sends it: digits. What does not
 * look like a phone number is left as it is, since Meta may one day send something else.
 */
export function toPhoneNumber(text: string): string {
  return /^\+?[\d\s().\-/]+$/.test(text) ? text.replace(/\D/g, "") : text;
}
