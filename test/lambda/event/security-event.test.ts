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

function eventsOf(body: string): SecurityEvent[] {
  const parsed = parsePayload(Buffer.from(body));
  const toEvents = (parsedEntry: Entry) =>
    parsedEntry.changes.map((change) => toSecurityEvent(parsedEntry, change, RECEIPT));
  return parsed?.entries.flatMap(toEvents) ?? [];
}

function eventOf(difference: Record<string, unknown>, value: unknown = resetRequest()) {
  const [event] = eventsOf(payload(entry({ changes: [securityChange(value)], ...difference })));
  if (!event) throw new Error("The payload has no security event");
  return event;
}

describe("Meta's example", () => {
  test("becomes an event in our names", () => {
    expect(eventsOf(META_EXAMPLE)).toEqual([
      {
        wabaId: "102290129340398",
        eventKey: expect.stringMatching(/^0000001748811473#[0-9a-f]{16}$/),
        event: "PIN_RESET_REQUEST",
        displayPhoneNumber: "15550783881",
        requester: "61555822107539",
        time: 1748811473,
        sentAt: "2025-06-01T20:57:53.000Z",
        receivedAt: "2025-06-01T21:00:00.000Z",
        value:
          '{"display_phone_number":"15550783881","event":"PIN_RESET_REQUEST","requester":"61555822107539"}',
        test: false,
        appSecretIndex: 0,
      },
    ]);
  });
});

describe("the event key", () => {
  const id = "102290129340398";
  const base = eventOf({ id });

  test("is the same for a repeat that carries a field more, in another order", () => {
    const { event, ...rest } = resetRequest({ note: "new" });
    expect(eventOf({ id }, { event, ...rest }).eventKey).toBe(base.eventKey);
  });

  test("is the same for numbers that come once as text and once as a number", () => {
    const asNumbers = resetRequest({
      requester: 61555822107539,
      display_phone_number: 15550783881,
    });
    expect(eventOf({ id, time: "1748811473" }, asNumbers).eventKey).toBe(base.eventKey);
  });

  test.each([
    ["event", { event: "PIN_CHANGED" }],
    ["number", { display_phone_number: "15550783882" }],
    ["requester", { requester: "1" }],
    ["missing requester", { requester: undefined }],
  ])("differs for another %s in the same second", (_, difference) => {
    expect(eventOf({ id }, resetRequest(difference)).eventKey).not.toBe(base.eventKey);
  });

  test("does not confuse where one field ends and the next begins", () => {
    const one = eventOf({ id }, resetRequest({ display_phone_number: "1", requester: "23" }));
    const other = eventOf({ id }, resetRequest({ display_phone_number: "12", requester: "3" }));
    expect(one.eventKey).not.toBe(other.eventKey);
  });

  test("keeps apart values that have no event name at all", () => {
    const keys = ["new shape", { kind: 1 }, { kind: 2 }, null, []].map(
      (value) => eventOf({ id }, value).eventKey,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("sorts by time, odd times and all", () => {
    const times = [-5, 0, 9, 10, 1748811473, 1748811473.5, 1748811474, 9e15];
    const keys = times.map((time) => eventOf({ id, time }).eventKey.slice(0, 16));
    expect(keys).toEqual([...keys].sort());
  });

  test("keeps apart times that share a second", () => {
    expect(eventOf({ id, time: 1748811473.5 }).eventKey).not.toBe(base.eventKey);
    expect(eventOf({ id, time: -1 }).eventKey).not.toBe(eventOf({ id, time: -2 }).eventKey);
  });
});

describe("an id", () => {
  test("that fits stays as it is", () => {
    expect(toKeyText("102290129340398")).toBe("102290129340398");
    expect(toKeyText("é".repeat(512))).toBe("é".repeat(512));
  });

  test("that is empty, too long or not well-formed is folded into the key's limits", () => {
    const long = "x".repeat(5000);
    const odd = ["", long, `${long}y`, "\ud800", "\udfff", "é".repeat(513)];
    const keys = odd.map(toKeyText);
    expect(new Set(keys).size).toBe(odd.length);
    for (const key of keys) {
      expect(key.isWellFormed()).toBe(true);
      expect(Buffer.byteLength(key)).toBeGreaterThan(0);
      expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024);
    }
  });

  test("that is a number keeps all its digits", () => {
    const body = (id: string) =>
      `{"object":"whatsapp_business_account","entry":[{"id":${id},"time":1,"changes":[{"field":"security","value":{}}]}]}`;
    const ids = ["102290129340398", "12345678901234567890", "12345678901234567891", "0"];
    expect(ids.flatMap((id) => eventsOf(body(id))).map((event) => event.wabaId)).toEqual(ids);
  });
});

describe("a value", () => {
  test("over 32 KB costs its own text, not the event", () => {
    const event = eventOf({}, resetRequest({ note: "x".repeat(40_000) }));
    expect(event).toMatchObject({ event: "PIN_RESET_REQUEST", valueOmitted: "size" });
    expect(event).not.toHaveProperty("value");
  });

  test("nested too deep to be written down costs its own text, not the event", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const body = payload(entry()).replace('"requester"', `"note":${deep},"requester"`);
    expect(eventsOf(body)).toMatchObject([
      { event: "PIN_RESET_REQUEST", valueOmitted: "unserialisable" },
    ]);
  });

  test("whose fields are empty or of another kind is kept without them", () => {
    const value = { event: "PIN_CHANGED", display_phone_number: "", requester: { id: 1 } };
    const event = eventOf({}, value);
    expect(event).toMatchObject({ event: "PIN_CHANGED", value: JSON.stringify(value) });
    expect(event).not.toHaveProperty("displayPhoneNumber");
    expect(event).not.toHaveProperty("requester");
  });

  test("is written down as it came, escapes and all", () => {
    const event = eventOf({}, resetRequest({ note: "ä\ud800\u0000" }));
    expect(JSON.parse(event.value ?? "")).toEqual(resetRequest({ note: "ä\ud800\u0000" }));
  });
});

describe("an envelope that is not as documented", () => {
  const odd = [
    { time: undefined },
    { time: null },
    { time: "2025-06-01T20:57:53Z" },
    { time: "1748811473.5" },
    { time: 1e300 },
    { time: 1e-200 },
    { id: undefined },
    { id: null },
    { id: { waba: 1 } },
    { id: true },
    { changed_fields: "security" },
  ];

  test.each(odd)("such as %j never costs the event, and repeats are known", (difference) => {
    const event = eventOf({ id: "1", ...difference });
    expect(event).toMatchObject({ event: "PIN_RESET_REQUEST", time: expect.any(Number) });
    expect(eventOf({ id: "1", ...difference })).toEqual(event);
  });

  test("keeps apart what differs only there", () => {
    const events = odd.map((difference) => eventOf({ id: "1", ...difference }));
    const keys = events.map(({ wabaId, eventKey }) => `${wabaId} ${eventKey}`);
    // A missing time and null say the same, and so do a missing id and null.
    expect(new Set(keys).size).toBe(odd.length - 2);
  });

  test("takes the time of receipt where Meta's is none", () => {
    const { time, sentAt, eventKey } = eventOf({ time: undefined });
    expect(time).toBe(RECEIPT.receivedAt / 1000);
    expect(sentAt).toBeUndefined();
    expect(eventKey).toMatch(/^0{16}#/);
  });
});

describe("documented fields of another kind", () => {
  test.each([
    ["numbers", { display_phone_number: [1] }, { display_phone_number: [2] }],
    ["requesters", { requester: { id: 1 } }, { requester: { id: 2 } }],
    [
      "new fields instead of the number",
      { display_phone_number: undefined, phone_number_id: "1" },
      { display_phone_number: undefined, phone_number_id: "2" },
    ],
    ["rests beside an empty event", { event: "", note: 1 }, { event: "", note: 2 }],
    [
      "large rests beside no event",
      { event: undefined, note: "x".repeat(40_000) },
      { event: undefined, note: "y".repeat(40_000) },
    ],
  ])("keep changes apart: %s", (_, one, other) => {
    const keys = [one, other].map(
      (difference) => eventOf({ id: "1" }, resetRequest(difference)).eventKey,
    );
    expect(new Set(keys).size).toBe(2);
  });
});

describe("a payload", () => {
  const good = entry();

  test.each([
    ["not JSON", "{"],
    ["empty", ""],
    ["of another object", '{"object":"page","entry":[]}'],
    ["without entries", '{"object":"whatsapp_business_account"}'],
    ["whose every entry is malformed", payload(7, null, { changes: [null] })],
  ])("%s is not understood", (_, body) => {
    expect(parsePayload(Buffer.from(body))).toBeUndefined();
  });

  test("with malformed entries and changes keeps the others", () => {
    const mixed = entry({ changes: [null, { field: 1 }, securityChange()] });
    const parsed = parsePayload(Buffer.from(payload(null, good, mixed)));
    expect(parsed?.malformed).toBe(3);
    expect(parsed?.entries.map(({ changes }) => changes.length)).toEqual([1, 1]);
  });

  test("that names its changed fields without values is noticed, its security change kept", () => {
    const body = payload({ id: "1", time: 1, changed_fields: ["security", "messages"] });
    const parsed = parsePayload(Buffer.from(body));
    expect(parsed?.entries).toMatchObject([{ valuesMissing: true }]);
    expect(eventsOf(body)).toMatchObject([{ wabaId: "1", value: "null" }]);
  });
});

/** A value that no JSON text can be made of. */
function nestedTooDeep(): unknown {
  return JSON.parse("[".repeat(20_000) + "]".repeat(20_000));
}

function eventOfEntry(difference: Partial<Entry>, value: unknown, receivedAt = RECEIPT.receivedAt) {
  const whole: Entry = { id: "1", time: 1, changes: [], valuesMissing: false, ...difference };
  return toSecurityEvent(whole, { field: "security", value }, { ...RECEIPT, receivedAt });
}

describe("a test delivery", () => {
  test.each(["0", 0])("is one of the account %j", (id) => {
    expect(eventOfEntry({ id }, {})).toMatchObject({ wabaId: "0", test: true });
  });

  test.each(["00", "", "1", null, undefined, false])("is none of the account %j", (id) => {
    expect(eventOfEntry({ id }, {}).test).toBe(false);
  });
});

describe("an id that is nested too deep to be written down", () => {
  test("costs the id, not the event", () => {
    const event = eventOfEntry({ id: nestedTooDeep() }, resetRequest());
    expect(event).toMatchObject({ wabaId: toKeyText(""), event: "PIN_RESET_REQUEST", test: false });
  });
});

describe("a change without a requester", () => {
  test("is as documented: what else it carries makes no second event", () => {
    const [one, other] = [1, 2].map((note) =>
      eventOfEntry({}, resetRequest({ requester: undefined, note })),
    );
    expect(one?.eventKey).toBe(other?.eventKey);
    expect(one).not.toHaveProperty("requester");
  });

  test.each([null, {}, true])("is not one whose requester is %j", (requester) => {
    const keys = [1, 2].map((note) => eventOfEntry({}, resetRequest({ requester, note })).eventKey);
    expect(new Set(keys).size).toBe(2);
  });
});

describe("the size of a value", () => {
  const empty = Buffer.byteLength(JSON.stringify({ note: "" }));

  test("may be 32 KB to the byte", () => {
    const value = { note: `é${"x".repeat(32 * 1024 - empty - 2)}` };
    expect(eventOfEntry({}, value)).toMatchObject({ value: JSON.stringify(value) });
    const larger = eventOfEntry({}, { note: `${value.note}x` });
    expect(larger).toMatchObject({ valueOmitted: "size" });
    expect(larger).not.toHaveProperty("value");
  });
});

describe("the time an event was sent at", () => {
  test.each([
    [0, "1970-01-01T00:00:00.000Z"],
    [-62167219200, "0000-01-01T00:00:00.000Z"],
    [253402300799, "9999-12-31T23:59:59.000Z"],
    [1.5, "1970-01-01T00:00:01.500Z"],
  ])("%i is %s", (time, sentAt) => {
    expect(eventOfEntry({ time }, {})).toMatchObject({ time, sentAt });
  });

  test.each([-62167219201, 253402300800, Number.MAX_SAFE_INTEGER])(
    "%i is none that readers of ISO 8601 expect",
    (time) => {
      expect(eventOfEntry({ time }, {}).time).toBe(time);
      expect(eventOfEntry({ time }, {})).not.toHaveProperty("sentAt");
    },
  );

  test("is, where Meta says none, the second in which it came", () => {
    const event = eventOfEntry({ time: "soon" }, {}, 1_999);
    expect(event).toMatchObject({ time: 1, receivedAt: "1970-01-01T00:00:01.999Z" });
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
