import fc from "fast-check";

/** Text of every kind: plain, empty, of all planes, with lone surrogates, longer than a key. */
export const anyText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.string({ unit: "binary-ascii", maxLength: 200 }),
  fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
  fc.string({ minLength: 1, maxLength: 5 }).map((text) => text.repeat(1500)),
);

const anyJson = fc.oneof(fc.jsonValue({ maxDepth: 4 }), anyText);

const event = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom("PIN_RESET_REQUEST", "PIN_CHANGED", "PIN_REQUEST_SUCCESS"),
  },
  { weight: 2, arbitrary: anyText },
  { weight: 1, arbitrary: anyJson },
);

const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      {
        event,
        display_phone_number: fc.oneof(fc.constant("15550783881"), anyText, fc.nat()),
        requester: fc.oneof(fc.constant("61555822107539"), anyText, fc.nat()),
        extra: anyJson,
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: anyJson },
);

const change = fc.oneof(
  { weight: 5, arbitrary: fc.record({ field: fc.constant("security"), value }) },
  { weight: 1, arbitrary: fc.record({ field: fc.constant("security") }) },
  { weight: 1, arbitrary: fc.record({ field: anyText, value: anyJson }) },
  { weight: 1, arbitrary: anyJson },
);

const entry = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      id: fc.oneof(fc.constantFrom("0", "102290129340398"), anyText, fc.nat()),
      time: fc.oneof(
        fc.constant(1748811473),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.stringMatching(/^\d{1,15}$/),
      ),
      changes: fc.array(change, { maxLength: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      { id: anyJson, time: anyJson, changes: anyJson, changed_fields: anyJson },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: anyJson },
);

/** A payload of Meta's outer shape, with anything in it. */
export const anyPayload = fc.record({
  object: fc.constant("whatsapp_business_account"),
  entry: fc.array(entry, { maxLength: 4 }),
});

/** A body of any shape: Meta's, Meta's with some bytes exchanged, other JSON, mere bytes. */
export const anyBody = fc.oneof(
  { weight: 4, arbitrary: anyPayload.map(toBytes) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(anyPayload, fc.nat(), fc.nat(6), fc.uint8Array({ maxLength: 6 }))
      .map(([payload, at, length, bytes]) => splice(toBytes(payload), at, length, bytes)),
  },
  { weight: 1, arbitrary: anyJson.map(toBytes) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
);

function toBytes(json: unknown): Buffer {
  return Buffer.from(JSON.stringify(json));
}

function splice(body: Buffer, at: number, length: number, bytes: Uint8Array): Buffer {
  const start = at % (body.length + 1);
  return Buffer.concat([body.subarray(0, start), bytes, body.subarray(start + length)]);
}
