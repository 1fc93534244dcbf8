import * as v from "valibot";
import { PHONE_DIGITS } from "../../lambda/shared/names.ts";

/** A setting that is not understood; its message is one sentence for the person who deploys. */
export class SettingsError extends Error {}

/** `-c name=value` arrives as text: JSON as it stands, anything else a list separated by commas. */
export function listOf<T extends v.GenericSchema<string, string>>(item: T) {
  return v.pipe(
    v.unknown(),
    v.transform((value) => (typeof value === "string" ? parseList(value) : value)),
    v.array(item, "must be a list, or text with commas between its items"),
    v.transform((items) => [...new Set(items)]),
  );
}

function parseList(text: string): unknown {
  if (text.trim().startsWith("[")) return parseJsonOrText(text);
  const items = text.split(",").map((item) => item.trim());
  return items.filter((item) => item !== "");
}

/** JSON's value, or the text itself, which the schema then refuses in its own words. */
export function parseJsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const fromJsonText = v.transform((value: unknown) =>
  typeof value === "string" ? parseJsonOrText(value) : value,
);

export function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

export const OnOff = v.pipe(v.unknown(), fromJsonText, v.boolean("must be true or false"));

export function textLike(pattern: RegExp, rule: string) {
  return v.pipe(v.string("must be a string"), v.regex(pattern, `must be ${rule}`));
}

/** One of these words. In a list the name of the setting is followed by "contains". */
export function oneOf<const T extends readonly string[]>(words: T) {
  return v.picklist(
    words,
    ({ received }) => `contains ${received}, which is none of ${words.join(", ")}`,
  );
}

export const Email = v.pipe(
  v.string("contains an item that is not a string"),
  v.rfcEmail(({ received }) => `contains ${received}, which is not an e-mail address`),
);

export const PhoneNumber = v.pipe(
  v.string('contains a number without quotes: write it as text, such as "+4915112345678"'),
  v.regex(
    /^\+[1-9]\d{6,14}$/,
    ({ received }) => `contains ${received}, which is not in E.164 form, such as +4915112345678`,
  ),
);

const THROTTLE = 'must look like {"rateLimit":50,"burstLimit":100}';

const isNoList = (value: unknown) => !Array.isArray(value);

export const Throttle = v.pipe(
  v.unknown(),
  fromJsonText,
  v.check(isNoList, THROTTLE),
  v.strictObject(
    {
      /** Requests a second that API Gateway lets through in the long run. */
      rateLimit: v.optional(wholeNumber(1, 10_000), 50),
      /** Requests that it lets through at once. */
      burstLimit: v.optional(wholeNumber(1, 5_000), 100),
    },
    THROTTLE,
  ),
);

const SCHEDULE =
  "must be minutes from 1 to 2880 with commas between them, each later than the one before, such as 5,15,60,240; or off";

/** `5,15,60,240` or `off`, as the function reads it. */
export const RepeatAfterMinutes = v.pipe(
  v.unknown(),
  v.transform((value) =>
    [value]
      .flat()
      .join(",")
      .replaceAll(/[[\]\s]/g, ""),
  ),
  v.check((text) => text === "off" || isSchedule(text.split(",")), SCHEDULE),
);

const MOST_REPEATS = 20;

function isSchedule(items: readonly string[]): boolean {
  if (items.length > MOST_REPEATS || !items.every((item) => /^[1-9]\d{0,3}$/.test(item))) {
    return false;
  }
  const minutes = items.map(Number);
  return minutes.every((minute, index) => minute > (minutes[index - 1] ?? 0) && minute <= 2880);
}

const NUMBERS = 'must look like {"15550783881":"Support DE"}';

/** Lambda's environment has 4 KB for everything; the others can take a third. */
const LABELS_MAX_BYTES = 2_600;

/** Digits of a number to what people call it. */
export const NumberLabels = v.pipe(
  v.unknown(),
  fromJsonText,
  v.check(isNoList, NUMBERS),
  v.record(
    v.pipe(v.string(), v.regex(PHONE_DIGITS, toDigitsRule)),
    v.pipe(
      v.string(NUMBERS),
      v.regex(/^[^\p{C}]{1,40}$/u, ({ input }) => toLabelRule(input)),
    ),
    NUMBERS,
  ),
  v.check(
    (numbers) => Buffer.byteLength(JSON.stringify(numbers)) <= LABELS_MAX_BYTES,
    ({ input }) =>
      `takes ${Buffer.byteLength(JSON.stringify(input))} bytes as JSON, but the function's environment, which Lambda limits to 4 KB, has room for ${LABELS_MAX_BYTES}: shorten the labels, or name only the numbers that people confuse`,
  ),
);

function toLabelRule(label: string): string {
  return `contains the label ${JSON.stringify(label)}, which is not 1 to 40 printable characters`;
}

function toDigitsRule({ received }: { readonly received: string }): string {
  return `contains ${received}, which is not a phone number in digits only, such as 15550783881`;
}
