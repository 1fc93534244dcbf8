import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  entry,
  META_EXAMPLE,
  newWabaId,
  payload,
  resetRequest,
  securityChange,
  sign,
} from "../../support/builders.ts";
import { postOf, refusingItemsOf, startWorld, type World } from "../../support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** A minute has room for five messages, whatever the tests before have sent. */
beforeEach(() => {
  world.clock.now += 61_000;
});

describe("a signed reset request", () => {
  test("is stored, alerted and answered 200", async () => {
    const result = await world.deliver(META_EXAMPLE);
    expect(result).toMatchObject({ statusCode: 200 });
    const [item, ...others] = await world.itemsOf("102290129340398");
    expect(others, "further items").toEqual([]);
    expect(item).toMatchObject({
      event: { S: "PIN_RESET_REQUEST" },
      displayPhoneNumber: { S: "15550783881" },
      requester: { S: "61555822107539" },
      time: { N: "1748811473" },
      alert: { S: "open" },
      alertMessageId: { S: expect.stringMatching(/./) },
    });
    const alerts = await world.alertsOf("102290129340398");
    expect(alerts, "alerts that were told").toHaveLength(1);
    expect(alerts[0]?.messageId).toBe(item?.alertMessageId?.S);
  });

  test("adds nothing when Meta delivers it again", async () => {
    const body = payload(entry({ id: "777" }));
    for (let times = 0; times < 3; times++) {
      expect(await world.deliver(body)).toMatchObject({ statusCode: 200 });
    }
    expect(await world.itemsOf("777")).toHaveLength(1);
    expect(await world.alertsOf("777")).toHaveLength(1);
  });

  test("adds nothing when it comes eight times at once", async () => {
    const id = newWabaId();
    const body = payload(entry({ id }));
    const results = await Promise.all(Array.from({ length: 8 }, () => world.deliver(body)));
    expect(results.map((result) => result?.statusCode)).toEqual(Array(8).fill(200));
    expect(await world.itemsOf(id), "events that are stored").toHaveLength(1);
    expect(await world.alertsOf(id), "alerts that were told").toHaveLength(1);
  });

  test("adds nothing when it comes twice in one delivery and once more in another", async () => {
    const id = newWabaId();
    const change = securityChange();
    await world.deliver(payload(entry({ id, changes: [change, change] }), entry({ id })));
    await world.deliver(payload(entry(), entry({ id })));
    expect(await world.itemsOf(id), "events that are stored").toHaveLength(1);
    expect(await world.alertsOf(id), "alerts that were told").toHaveLength(1);
  });

  test("is not held up by siblings that mean nothing", async () => {
    const id = newWabaId();
    const messages = { field: "messages", value: { messaging_product: "whatsapp" } };
    const odd = entry({ id, changes: [null, messages, { field: 7 }, securityChange()] });
    expect(await world.deliver(payload(null, 7, odd))).toMatchObject({ statusCode: 200 });
    expect(await world.itemsOf(id), "events that are stored").toHaveLength(1);
    expect(await world.alertsOf(id), "alerts that were told").toHaveLength(1);
    expect(world.lastLine()).toMatchObject({ ChangeQuarantined: 4, FieldIgnored: 1 });
  });

  test("is not held up by a sibling that DynamoDB refuses, which is kept and alerted too", async () => {
    const [id, poison] = [newWabaId(), newWabaId()];
    const refusing = world.functionWith({ dynamodb: refusingItemsOf(world.dynamodb, poison) });
    const body = payload(entry({ id: poison }), entry({ id }));
    expect(await refusing.deliver(body)).toMatchObject({ statusCode: 200 });
    expect(await world.itemsOf(id), "events that are stored").toHaveLength(1);
    const [item] = await world.itemsOf(poison);
    expect(item).toMatchObject({ plain: { BOOL: true }, alert: { S: "open" } });
    expect(item).not.toHaveProperty("displayPhoneNumber");
    expect(await world.alertsOf(poison)).toMatchObject([
      { document: { displayPhoneNumber: "15550783881", event: "PIN_RESET_REQUEST" } },
    ]);
    expect(await world.alertsOf(id), "alerts that were told").toHaveLength(1);
    expect(world.lastLine()).toMatchObject({ ChangeQuarantined: 1, EventStored: 2 });
  });
});

describe("changes that look alike", () => {
  test("in one entry are each stored and alerted", async () => {
    const id = newWabaId();
    const changes = [
      securityChange(),
      securityChange(resetRequest({ display_phone_number: "15550783882" })),
      securityChange(resetRequest({ requester: "1" })),
    ];
    await world.deliver(payload(entry({ id, changes })));
    expect(await world.itemsOf(id), "events that are stored").toHaveLength(3);
    expect(await world.alertsOf(id), "alerts that were told").toHaveLength(3);
  });

  test("in two entries of one account and second are each stored", async () => {
    const id = newWabaId();
    const changed = securityChange(resetRequest({ event: "PIN_CHANGED" }));
    await world.deliver(payload(entry({ id }), entry({ id, changes: [changed] })));
    expect(await world.itemsOf(id), "events that are stored").toHaveLength(2);
    expect(await world.alertsOf(id), "alerts that were told").toHaveLength(1);
  });
});

describe("an event that no setting names", () => {
  test.each(["PIN_CHANGED", "PIN_TELEPORTED", "constructor"])(
    "%s is stored and alerts nobody",
    async (event) => {
      const id = newWabaId();
      const change = securityChange({ event, display_phone_number: "1", extra: { a: [1] } });
      await world.deliver(payload(entry({ id, changes: [change] })));
      expect(await world.itemsOf(id)).toMatchObject([
        { event: { S: event }, alert: { S: "none" } },
      ]);
      expect(await world.alertsOf(id), "alerts that were told").toEqual([]);
    },
  );

  test("but a completed reset alerts: from then on anyone can register the number", async () => {
    const id = newWabaId();
    const change = securityChange(resetRequest({ event: "PIN_REQUEST_SUCCESS" }));
    await world.deliver(payload(entry({ id, changes: [change] })));
    expect(await world.itemsOf(id)).toMatchObject([{ alert: { S: "open" } }]);
    expect(await world.alertsOf(id), "alerts that were told").toHaveLength(1);
  });

  test("alerts when it is Meta's test delivery", async () => {
    const sample = { display_phone_number: "16505551111", event: "PIN_CHANGED", requester: "1000" };
    await world.deliver(payload(entry({ id: "0", changes: [securityChange(sample)] })));
    expect(await world.itemsOf("0")).toMatchObject([{ test: { BOOL: true } }]);
    expect(await world.alertsOf("0")).toMatchObject([
      { subject: expect.stringMatching(/^\[TEST\] /), document: { test: true } },
    ]);
  });
});

describe("a delivery without anything of ours", () => {
  test.each([
    ["no entries", payload()],
    ["messages", payload(entry({ changes: [{ field: "messages", value: {} }] }))],
    [
      "messages as Meta sends them",
      payload({ id: "1", changes: [{ field: "messages", value: {} }] }),
    ],
    ["an entry without changes", payload({ id: "1", time: 1 })],
  ])("(%s) is answered 200 and stores nothing", async (_, body) => {
    const before = await world.countItems();
    expect(await world.deliver(body)).toMatchObject({ statusCode: 200 });
    expect(await world.countItems()).toBe(before);
  });
});

describe("a body that cannot be understood, though signed", () => {
  test.each([
    ["not JSON", "{"],
    ["empty", ""],
    ["an array", "[]"],
    ["another object", '{"object":"page","entry":[]}'],
    ["not UTF-8", Buffer.from([0xff, 0xfe, 0x00])],
  ])("(%s) is answered 400 and its content is not logged", async (_, body) => {
    expect(await world.deliver(body)).toMatchObject({ statusCode: 400 });
    expect(world.lastLine()).toMatchObject({ reason: "payload", PayloadRejected: 1 });
  });
});

describe("a body that is too large", () => {
  test("is answered 413", async () => {
    const result = await world.deliver("x".repeat(4 * 1024 * 1024 + 1));
    expect(result).toMatchObject({ statusCode: 413 });
  });

  test("is not one of Meta's 3 MB", async () => {
    const id = newWabaId();
    const note = "x".repeat(3 * 1024 * 1024 - 1000);
    const changes = [securityChange(resetRequest({ note }))];
    expect(await world.deliver(payload(entry({ id, changes })))).toMatchObject({ statusCode: 200 });
    expect(await world.itemsOf(id)).toMatchObject([{ valueOmitted: { S: "size" } }]);
    expect(await world.alertsOf(id), "alerts that were told").toHaveLength(1);
  });
});

describe("a request that is not signed by Meta", () => {
  const body = payload(entry({ id: "forged" }));

  test.each([
    ["no header", undefined],
    ["SHA-1", "sha1=e8f65f7ad3b4ae1b5a5b2f0c2cd5cd3b65ee1d1a"],
    ["the wrong secret", sign(body, "f".repeat(32))],
    ["the empty secret", sign(body, "")],
    ["another body's signature", sign(`${body} `)],
    ["an upper-case signature", sign(body).toUpperCase()],
    ["a truncated signature", sign(body).slice(0, 40)],
    ["a multi-byte header", `sha256=${"é".repeat(64)}`],
    ["two signatures", `${sign(body)}, ${sign(body)}`],
  ])("(%s) is answered 401 and stores nothing", async (_, signature) => {
    const result = await world.send(postOf(body, signature));
    expect(result).toMatchObject({ statusCode: 401 });
    expect(await world.itemsOf("forged")).toEqual([]);
  });

  test("cannot hide behind a body that was changed by one byte", async () => {
    const changed = body.replace("forged", "forgee");
    const result = await world.send(postOf(changed, sign(body)));
    expect(result).toMatchObject({ statusCode: 401 });
  });
});

describe("the request's form", () => {
  test("may be base64, whatever the bytes", async () => {
    const id = newWabaId();
    const text = payload(entry({ id })).replace(`"field"`, `"note":"é 😀","field"`);
    const event = postOf(text, sign(Buffer.from(text)));
    const encoded = { ...event, body: Buffer.from(text).toString("base64"), isBase64Encoded: true };
    expect(await world.send(encoded)).toMatchObject({ statusCode: 200 });
  });

  test("may spell header names in any case", async () => {
    const id = newWabaId();
    const body = payload(entry({ id }));
    const event = { ...postOf(body, undefined), headers: { "X-Hub-Signature-256": sign(body) } };
    expect(await world.send(event)).toMatchObject({ statusCode: 200 });
    expect(await world.itemsOf(id), "events that are stored").toHaveLength(1);
  });

  test.each([
    ["DELETE", "/webhook", 405],
    ["PUT", "/webhook", 405],
    ["GET", "/", 404],
    ["POST", "/webhook/more", 404],
  ])("%s %s is answered %i", async (method, rawPath, statusCode) => {
    const event = { rawPath, requestContext: { http: { method } } };
    expect(await world.send(event)).toMatchObject({ statusCode });
  });

  test("of something that is no request at all is an error, not an answer", async () => {
    await expect(world.send({ Records: [] })).rejects.toThrow("neither a request nor");
  });
});

test("1000 changes in one delivery are all stored and alerted", async () => {
  const id = newWabaId();
  const changes = Array.from({ length: 1000 }, (_, index) =>
    securityChange(resetRequest({ requester: String(index) })),
  );
  expect(await world.deliver(payload(entry({ id, changes })))).toMatchObject({ statusCode: 200 });
  expect(await world.itemsOf(id), "events that are stored").toHaveLength(1000);
  world.clock.now += 61_000;
  await world.tick();
  expect(await world.alertsOf(id), "alerts that were told").toHaveLength(1000);
});
