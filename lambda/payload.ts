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
  readonly id: string;
  /** Unix seconds. */
  readonly time: number;
  readonly changes: readonly Change[];
  /** Whether only `changed_fields` came: the subscription at Meta has `include_values` off. */
  readonly valuesMissing: boolean;
}

export interface Change {
  readonly field: string;
  readonly value?: unknown;
}

const IdSchema = v.union([v.string(), v.pipe(v.number(), v.transform(String))]);

const TimeSchema = v.union([
  v.pipe(v.number(), v.finite()),
  v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number)),
]);

const ChangeSchema = v.object({ field: v.string(), value: v.optional(v.unknown()) });

const EntrySchema = v.object({
  id: IdSchema,
  time: TimeSchema,
  changes: v.optional(v.array(v.unknown())),
  changed_fields: v.optional(v.array(v.unknown())),
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
    const entry = parseEntry(input);
    if (entry) entries.push(entry.entry);
    malformed += entry ? entry.malformed : 1;
  }
  return malformed > 0 && entries.length === 0 ? undefined : { entries, malformed };
}

function parseEntry(input: unknown): { entry: Entry; malformed: number } | undefined {
  const result = v.safeParse(EntrySchema, input);
  if (!result.success) return undefined;
  const { id, time, changes: given, changed_fields } = result.output;
  const named = given ? undefined : changed_fields?.map((field) => ({ field }));
  const inputs = given ?? named ?? [];
  const changes = inputs.filter((change) => v.is(ChangeSchema, change));
  const entry = { id, time, changes, valuesMissing: named !== undefined };
  return { entry, malformed: inputs.length - changes.length };
}

/** A number that JavaScript may not hold exactly; the same inside a string costs time only. */
const LONG_NUMBER = /[:,[\s]-?\d{16}/;

/** The parsed text, or undefined. */
function parseJson(text: string): unknown {
  try {
    return LONG_NUMBER.test(text) ? parseLongNumbers(text) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parsing alone takes any depth, reviving recurses: an absurd depth costs digits, not events. */
function parseLongNumbers(text: string): unknown {
  try {
    return JSON.parse(text, keepDigits);
  } catch {
    return JSON.parse(text);
  }
}

/** Keeps all digits of a number that has too many, as text: it may be an account's id. */
function keepDigits(_key: string, value: unknown, { source = "" }: { source?: string } = {}) {
  const isTooLong = typeof value === "number" && /^-?\d{16,}$/.test(source);
  return isTooLong && String(value) !== source ? source : value;
}
