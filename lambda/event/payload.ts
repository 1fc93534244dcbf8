import * as v from "valibot";

/**
 * A delivery's parsed body: Meta's names as far as they must be known, and the rest untouched in
 * each change's `value`.
 * Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/security
 */
export interface Payload {
  readonly entries: readonly Entry[];
  /** How many entries and changes are not of Meta's shape. */
  readonly malformed: number;
}

export interface Entry {
  /** As it came: documented as text, absent in none of Meta's examples. */
  readonly id?: unknown;
  /** As it came: documented as Unix seconds, absent in entries of other fields. */
  readonly time?: unknown;
  readonly changes: readonly Change[];
  /** Whether a security change came without its value: Meta has `include_values` off. */
  readonly valuesMissing: boolean;
}

export interface Change {
  readonly field: string;
  readonly value?: unknown;
}

const ChangeSchema = v.object({ field: v.string(), value: v.optional(v.unknown()) });

const EntrySchema = v.object({
  id: v.optional(v.unknown()),
  time: v.optional(v.unknown()),
  changes: v.optional(v.unknown()),
  changed_fields: v.fallback(v.array(v.unknown()), []),
});

const PayloadSchema = v.object({
  object: v.literal("whatsapp_business_account"),
  entry: v.array(v.unknown()),
});

/** The payload, or undefined when nothing of the body can be understood. */
export function parsePayload(body: Buffer): Payload | undefined {
  const result = v.safeParse(PayloadSchema, parseJson(body.toString("utf8")));
  if (!result.success) return undefined;
  const entries: Entry[] = [];
  let malformed = 0;
  for (const input of result.output.entry) {
    const parsed = parseEntry(input);
    if (parsed) entries.push(parsed.entry);
    malformed += parsed ? parsed.malformed : 1;
  }
  const isUnderstood = malformed === 0 || entries.some(({ changes }) => changes.length > 0);
  return isUnderstood ? { entries, malformed } : undefined;
}

function parseEntry(input: unknown): { entry: Entry; malformed: number } | undefined {
  const result = v.safeParse(EntrySchema, input);
  if (!result.success) return undefined;
  const { id, time, changes: given, changed_fields } = result.output;
  const inputs: unknown[] = [given ?? []].flat();
  const changes: Change[] = inputs.filter((change) => v.is(ChangeSchema, change));
  const malformed = inputs.length - changes.length;
  const isNamed = changed_fields.includes("security");
  const valuesMissing = isNamed && !changes.some(({ field }) => field === "security");
  if (valuesMissing) changes.push({ field: "security" });
  return { entry: { id, time, changes, valuesMissing }, malformed };
}

/** A number that JavaScript may not hold exactly; the same inside a string costs time only. */
const LONG_NUMBER = /[:,[\s]-?\d{16}/;

/** The parsed text, or undefined. */
function parseJson(text: string): unknown {
  try {
    return LONG_NUMBER.test(text) ? parseLongNumbers(text) : JSON.parse(text);
  } catch {
    // Not JSON.
  }
}

/**
 * With a reviver JSON.parse recurses and can overflow on deep nesting; without one it can't. Then
 * long numbers lose digits, but the event is kept.
 */
function parseLongNumbers(text: string): unknown {
  try {
    return JSON.parse(text, keepDigits);
  } catch {
    return JSON.parse(text);
  }
}

/** Keeps all digits of a number that has too many, as text: it may be an account's id. */
function keepDigits(_key: string, value: unknown, { source }: { source?: string } = {}) {
  const isLong = source?.match(/^-?\d{16,}$/);
  return isLong && String(value) !== source ? source : value;
}
