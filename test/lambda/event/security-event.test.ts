import { describe, expect, test } from "vitest";
import { toKeyText } from "../../../lambda/event/event-key.ts";
import { type Entry, parsePayload } from "../../../lambda/event/payload.ts";
import {
  readIndexedFields,
  type SecurityEvent,
  toSecurityEvent,
} from "../../../lambda/event/security-event.ts";
import {
  entry,
  META_EXAMPLE,
  payload,
  resetRequest,
  securityChange,
} from "../../support/builders.ts";

const RECEIPT = { receivedAt: Date.UTC(2025, 5, 1, 21, 0, 0), appSecretIndex: 0 };
/** A value that no JSON text can be made of. */
const DEEP = JSON.parse("[".repeat(20_000) + "]".repeat(20_000));

function eventsOf(body: string): SecurityEvent[] {
  const parsed = parsePayload(Buffer.from(body));
  const toEvents = (parsedEntry: Entry) =>
    parsedEntry.changes.map((change) => toSecurityEvent(parsedEntry, change, RECEIPT));
  return parsed?.entries.flatMap(toEvents) ?? [];
}

function eventOf(difference: Record<string, unknown>, value: unknown = resetRequest()) {
  const body = payload(entry({ id: "1", changes: [securityChange(value)], ...difference }));
  const [event] = eventsOf(body);
  if (!event) throw new Error("The payload has no security event");
  return event;
}

function keyOf(difference: object, envelope: object = {}): string {
  return eventOf({ ...envelope }, resetRequest({ ...difference })).eventKey;
}

function eventOfEntry(difference: Partial<Entry>, value: unknown, receivedAt = RECEIPT.receivedAt) {
  const whole: Entry = { id: "1", time: 1, changes: [], valuesMissing: false, ...difference };
  return toSecurityEvent(whole, { field: "security", value }, { ...RECEIPT, receivedAt });
}

describe("Meta's example", () => {
  test("becomes an event in our names", () => {
    expect(eventsOf(META_EXAMPLE)).toMatchSnapshot();
  });
});

test.each<[string, object, object]>([
  ["that differ in a field more", {}, { note: "new" }],
  ["of numbers, text or not", {}, { requester: 61555822107539, display_phone_number: 15550783881 }],
  [
    "without a requester, whatever else they carry",
    { requester: undefined, note: 1 },
    { requester: undefined, note: 2 },
  ],
])("two changes of one second are one event %s", (_, one, other) => {
  expect(keyOf(one)).toBe(keyOf(other));
});

describe("two changes of one second are two events", () => {
  const unnumbered = { display_phone_number: undefined };
  test.each<[string, object, object]>([
    [
      "cut elsewhere",
      { display_phone_number: "1", requester: "23" },
      { display_phone_number: "12", requester: "3" },
    ],
    ["whose numbers are lists", { display_phone_number: [1] }, { display_phone_number: [2] }],
    ["whose requesters are objects", { requester: { id: 1 } }, { requester: { id: 2 } }],
    ["whose requesters are null", { requester: null, note: 1 }, { requester: null, note: 2 }],
    [
      "with new fields for the number",
      { ...unnumbered, phone_number_id: "1" },
      { ...unnumbered, phone_number_id: "2" },
    ],
    [
      "of no event, and large",
      { event: undefined, note: "x".repeat(40_000) },
      { event: undefined, note: "y".repeat(40_000) },
    ],
  ])("%s", (_, one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });

  test("whose values have no event name at all", () => {
    const values = ["new shape", { kind: 1 }, { kind: 2 }, null, []];
    const keys = values.map((value) => eventOf({}, value).eventKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("of other times, which sort", () => {
    const times = [-5, 0, 9, 10, 1748811473, 1748811473.5, 1748811474, 9e15];
    const keys = times.map((time) => keyOf({}, { time }));
    expect(new Set([...keys, keyOf({}, { time: -6 })]).size).toBe(keys.length + 1);
    const starts = keys.map((key) => key.slice(0, 16));
    expect(starts).toEqual([...starts].sort());
  });
});

describe("a value", () => {
  test("of 32 KB to the byte is kept, a larger one costs its own text, not the event", () => {
    const empty = Buffer.byteLength(JSON.stringify({ event: "E", note: "" }));
    const value = { event: "E", note: `é${"x".repeat(32 * 1024 - empty - 2)}` };
    expect(eventOfEntry({}, value)).toMatchObject({ value: JSON.stringify(value) });
    const larger = eventOfEntry({}, { ...value, note: `${value.note}x` });
    expect(larger).toMatchObject({ event: "E", valueOmitted: "size" });
    expect(larger).not.toHaveProperty("value");
  });

  test("nested too deep to be written down costs its own text, not the event", () => {
    expect(eventOfEntry({}, resetRequest({ note: DEEP }))).toMatchObject({
      event: "PIN_RESET_REQUEST",
      valueOmitted: "unserialisable",
    });
  });

  test("whose fields are empty or of another kind is kept without them", () => {
    const value = { event: "PIN_CHANGED", display_phone_number: "", requester: { id: 1 } };
    const event = eventOf({}, value);
    expect(event).toMatchObject({ event: "PIN_CHANGED", value: JSON.stringify(value) });
    expect(event).not.toHaveProperty("displayPhoneNumber");
    expect(event).not.toHaveProperty("requester");
  });
});

describe("an envelope that is not as documented", () => {
  const odd = [
    { time: undefined },
    { time: "2025-06-01T20:57:53Z" },
    { time: 1e300 },
    { id: undefined },
    { id: { waba: 1 } },
    { id: true },
    { changed_fields: "security" },
  ];

  test.each(odd)("such as %j never costs the event, and repeats are known", (difference) => {
    const event = eventOf(difference);
    expect(event).toMatchObject({ event: "PIN_RESET_REQUEST", time: expect.any(Number) });
    expect(eventOf(difference)).toEqual(event);
  });

  test("keeps apart what differs only there", () => {
    const events = odd.map((difference) => eventOf(difference));
    const keys = events.map(({ wabaId, eventKey }) => `${wabaId} ${eventKey}`);
    expect(new Set(keys).size).toBe(odd.length);
  });

  test("of an id nested too deep to be written down costs the id, not the event", () => {
    const event = eventOfEntry({ id: DEEP }, resetRequest());
    expect(event).toMatchObject({ wabaId: toKeyText(""), event: "PIN_RESET_REQUEST", test: false });
  });

  test.each([
    [102290129340398, "102290129340398"],
    ["x".repeat(1025), toKeyText("x".repeat(1025))],
  ])("of the id %s has the account %s", (id, wabaId) => {
    expect(eventOfEntry({ id }, {})).toMatchObject({ wabaId });
  });
});

test.each([
  ["0", true],
  [0, true],
  ["00", false],
  ["", false],
  [null, false],
])("a delivery of the account %j is a test: %s", (id, isTest) => {
  expect(eventOfEntry({ id }, {}).test).toBe(isTest);
});

describe("the time an event was sent at", () => {
  test.each([
    [0, "1970-01-01T00:00:00.000Z"],
    [-62167219200, "0000-01-01T00:00:00.000Z"],
    [253402300799, "9999-12-31T23:59:59.000Z"],
    [-62167219201, undefined],
    [253402300800, undefined],
  ])("%i is %s, as far as readers of ISO 8601 expect it", (time, sentAt) => {
    const event = eventOfEntry({ time }, {});
    expect([event.time, event.sentAt]).toEqual([time, sentAt]);
    expect("sentAt" in event).toBe(sentAt !== undefined);
  });

  test("is, where Meta says none, the second in which it came", () => {
    const event = eventOfEntry({ time: "soon" }, {}, 1_999);
    expect(event).toMatchObject({ time: 1, receivedAt: "1970-01-01T00:00:01.999Z" });
    expect(event).not.toHaveProperty("sentAt");
    expect(event.eventKey).toMatch(/^0{16}#/);
  });
});

describe("the indexed fields of a stored value", () => {
  test("are those that the event itself had", () => {
    const fields = { event: "PIN_CHANGED", displayPhoneNumber: "15550783881", requester: "7" };
    const value = { event: "PIN_CHANGED", display_phone_number: 15550783881, requester: 7 };
    expect(readIndexedFields(JSON.stringify(value))).toEqual(fields);
  });

  test.each(["null", "7", '""', "[]", "{}", '{"event":"","requester":null}'])(
    "of %s are none",
    (text) => {
      expect(readIndexedFields(text)).toEqual({});
    },
  );
});
