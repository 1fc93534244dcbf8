import { beforeEach, describe, expect, test } from "vitest";
import { CONCURRENCY } from "../../../lambda/shared/clients.ts";
import {
  entry,
  META_EXAMPLE,
  newWabaId,
  OLD_APP_SECRET,
  payload,
  resetRequest,
  securityChange,
  sign,
  VERIFY_TOKEN,
} from "../../support/builders.ts";
import {
  createMemoryWorld,
  postOf,
  refusingItemsOf,
  unreachable,
  type World,
} from "../../support/world.ts";

let world: World;

beforeEach(() => {
  const alertEvents = ["PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"];
  world = createMemoryWorld({}, { alertEvents });
});

async function countsOf(id: string) {
  const [items, alerts] = [await world.itemsOf(id), await world.alertsOf(id)];
  return { events: items.length, alerts: alerts.length };
}

const RESET = securityChange();
const MESSAGES = { field: "messages", value: { messaging_product: "whatsapp" } };
const changeOf = (difference: object) => securityChange(resetRequest({ ...difference }));

describe("a signed reset request", () => {
  test("is stored, alerted and answered 200", async () => {
    const result = await world.deliver(META_EXAMPLE);
    expect(result).toMatchObject({ statusCode: 200, body: "ok" });
    const [item, ...others] = await world.itemsOf("102290129340398");
    expect(others, "further items").toEqual([]);
    expect(item).toMatchObject({
      event: { S: "PIN_RESET_REQUEST" },
      displayPhoneNumber: { S: "15550783881" },
      requester: { S: "61555822107539" },
      time: { N: "1748811473" },
      receivedAt: { S: new Date(world.clock.now).toISOString() },
      appSecretIndex: { N: "0" },
      incidentCode: { S: expect.stringMatching(/^[\w-]{22}$/) },
      alert: { S: "open" },
    });
    const alerts = await world.alertsOf("102290129340398");
    expect(alerts.map(({ messageId }) => messageId)).toEqual([item?.alertMessageId?.S]);
  });

  test("adds nothing when it comes eight times at once", async () => {
    const id = newWabaId();
    const body = payload(entry({ id }));
    const results = await Promise.all(Array.from({ length: 8 }, () => world.deliver(body)));
    expect(results.map((result) => result?.statusCode)).toEqual(Array(8).fill(200));
    expect(await countsOf(id)).toEqual({ events: 1, alerts: 1 });
  });

  test("is kept in plain form and alerted where DynamoDB refuses it, and holds up no other", async () => {
    const [id, poison] = [newWabaId(), newWabaId()];
    const refusing = world.functionWith({ dynamodb: refusingItemsOf(world.dynamodb, poison) });
    const body = payload(entry({ id: poison }), entry({ id }));
    expect(await refusing.deliver(body)).toMatchObject({ statusCode: 200 });
    expect(world.lastLine()).toMatchObject({
      level: "ERROR",
      ChangeQuarantined: 1,
      EventStored: 2,
      failures: { ChangeQuarantined: ["stored in plain form"] },
    });
    const [item] = await world.itemsOf(poison);
    expect(item).toMatchObject({ plain: { BOOL: true }, alert: { S: "open" } });
    expect(item).not.toHaveProperty("displayPhoneNumber");
    expect(await world.alertsOf(poison)).toMatchObject([
      { document: { displayPhoneNumber: "15550783881", event: "PIN_RESET_REQUEST" } },
    ]);
    await refusing.deliver(body);
    expect(world.lastLine()).toMatchObject({ level: "INFO", EventDuplicate: 2 });
    for (const each of [id, poison]) {
      expect(await countsOf(each)).toEqual({ events: 1, alerts: 1 });
    }
  });
});

describe("what is stored and alerted of", () => {
  type Entries = (id: string, changes?: unknown) => unknown[];
  const one: Entries = (id, changes = [RESET]) => [entry({ id, changes })];
  const NUMBER = changeOf({ display_phone_number: "15550783882" });
  const NOTES = ["a", "b"].map((note) => changeOf({ note }));
  const named = { changed_fields: ["security", "messages"] };
  const value = { display_phone_number: "1", extra: { a: [1] } };

  test.each<[string, number, number, ...Entries[]]>([
    ["one event twice, and once more", 1, 1, (id) => one(id, [RESET, RESET]), one],
    ["one event in two entries", 1, 1, (id) => [...one(id), ...one(id)]],
    ["an event among what is none", 1, 1, (id) => [null, 7, ...one(id, [null, MESSAGES, RESET])]],
    ["other numbers of one second", 2, 2, (id) => one(id, [RESET, NUMBER])],
    ["two notes without a time", 2, 2, (id) => [{ id, changes: NOTES }]],
    [
      "changed fields beside another",
      1,
      0,
      (id) => [{ ...entry({ id, changes: [MESSAGES] }), ...named }],
    ],
    ["an entry without changes", 0, 0, (id) => [{ id, time: 1 }]],
    ["an event without a name", 1, 0, (id) => one(id, [securityChange(value)])],
    ["PIN_CHANGED, in no setting", 1, 0, (id) => one(id, [changeOf({ event: "PIN_CHANGED" })])],
    ["an unknown event", 1, 0, (id) => one(id, [changeOf({ event: "constructor" })])],
    ["a completed reset", 1, 1, (id) => one(id, [changeOf({ event: "PIN_REQUEST_SUCCESS" })])],
  ])("%s: %d events, %d alerts", async (_, events, alerts, ...deliveries) => {
    const id = newWabaId();
    const before = await world.countItems();
    for (const toEntries of deliveries) {
      const result = await world.deliver(payload(...toEntries(id)));
      expect(result).toMatchObject({ statusCode: 200 });
    }
    expect(await countsOf(id)).toEqual({ events, alerts });
    expect(await world.countItems(), "events in all").toBe(before + events);
  });

  test("of two equal changes is the first", async () => {
    const id = newWabaId();
    const changes = ["first", "second"].map((note) => changeOf({ note }));
    await world.deliver(payload(...changes.map((change) => entry({ id, changes: [change] }))));
    const items = await world.itemsOf(id);
    expect(items.map(({ value }) => JSON.parse(value?.S ?? "{}").note)).toEqual(["first"]);
  });
});

test("Meta's test delivery is alerted as a test, whatever its event, at once or by the relay", async () => {
  const change = changeOf({ display_phone_number: "16505551111", event: "PIN_CHANGED" });
  const body = (time: number) => payload(entry({ id: "0", time, changes: [change] }));
  await world.deliver(body(1748811473));
  await world.functionWith({ sns: unreachable() }).deliver(body(1748811474));
  world.clock.now += 1;
  await world.tick();
  const published = { subject: expect.stringMatching(/^\[TEST\] /), document: { test: true } };
  expect(await world.alertsOf("0")).toMatchObject([published, published]);
});

test.each([
  ["not JSON", "{"],
  ["empty", ""],
  ["an array", "[]"],
  ["another object", '{"object":"page","entry":[]}'],
  ["not UTF-8", Buffer.from([0xff, 0xfe, 0x00])],
])(
  "a body that cannot be understood, though signed (%s) is answered 400 and its content is not logged",
  async (_, body) => {
    expect(await world.deliver(body)).toMatchObject({ statusCode: 400, body: "payload" });
    expect(world.lastLine()).toMatchObject({ reason: "payload", PayloadRejected: 1 });
  },
);

test("a body of 4 MB is read, and one byte more is refused before its signature", async () => {
  const body = "x".repeat(4 * 1024 * 1024);
  expect(await world.deliver(body)).toMatchObject({ statusCode: 400 });
  const larger = await world.send(postOf(`${body}x`, undefined));
  expect(larger).toMatchObject({ statusCode: 413, body: "size" });
});

describe("the bytes that Meta signed", () => {
  /** Other bytes for the same JSON value. */
  const SPELLINGS: Readonly<Record<string, (body: string) => string>> = {
    "a line break behind it": (body) => `${body}\r\n`,
    "spaces inside": (body) => body.replaceAll(",", ", ").replaceAll(":", ": "),
    "an escaped letter": (body) => body.replace("PIN_RESET", "\\u0050IN_RESET"),
    "an escaped umlaut": (body) => body.replace('"entry"', '"note":"\\u00e9","entry"'),
    "an umlaut": (body) => body.replace('"entry"', '"note":"\u00e9 😀","entry"'),
    "another order of keys": (body) =>
      body.replace(/^\{("object":"[^"]+"),(.*)\}$/s, (_, first, rest) => `{${rest},${first}}`),
  };

  test.each(Object.entries(SPELLINGS))(
    "are accepted with %s, in text and base64, and under the signature of no other spelling",
    async (_, respell) => {
      const id = newWabaId();
      const plain = META_EXAMPLE.replace("102290129340398", id);
      const spelt = respell(plain);
      expect(spelt, "the two spellings differ").not.toBe(plain);
      for (const [body, signed] of [
        [spelt, plain],
        [plain, spelt],
      ] as const) {
        expect(await world.send(postOf(body, sign(signed)))).toMatchObject({ statusCode: 401 });
      }
      expect(await world.itemsOf(id), "refused bodies are not stored").toEqual([]);
      for (const body of [spelt, Buffer.from(spelt)]) {
        expect(await world.send(postOf(body, sign(spelt)))).toMatchObject({ statusCode: 200 });
      }
      expect(await world.itemsOf(id), "the signed body is stored").toHaveLength(1);
    },
  );

  test("include a byte order mark", async () => {
    const marked = Buffer.from(`\ufeff${META_EXAMPLE}`);
    expect(await world.send(postOf(marked, sign(META_EXAMPLE)))).toMatchObject({ statusCode: 401 });
    expect(await world.send(postOf(marked, sign(marked)))).not.toMatchObject({ statusCode: 401 });
  });

  test.each([
    ['{"object":"whatsapp_business_account"}', "signature mismatch"],
    ['é{ "object" : \n "whatsapp_business_account" }', "signature mismatch"],
    ['{"object":"whatsapp_business_accounts"}', "foreign signature mismatch"],
    ['{"objects":"whatsapp_business_account"}', "foreign signature mismatch"],
  ])("under no app secret of ours, %j, are called a %s", async (body, reason) => {
    const result = await world.deliver(body, OLD_APP_SECRET);
    expect(result).toMatchObject({ statusCode: 401, body: reason });
  });
});

describe("a request", () => {
  const greeting = `hub.mode=subscribe&hub.challenge=7&hub.verify_token=${VERIFY_TOKEN}`;
  const page = expect.stringContaining("<h1>");

  test.each([
    ["GET", "/webhook", greeting, 200, "7"],
    ["GET", "/stage/webhook", greeting, 200, "7"],
    ["GET", "/webhook", undefined, 403, "handshake"],
    ["POST", "/webhook", undefined, 401, "signature malformed"],
    ["POST", "/stage/webhook", undefined, 401, "signature malformed"],
    ["PUT", "/webhook", undefined, 405, "method"],
    ["DELETE", "/webhook", undefined, 405, "method"],
    ["OPTIONS", "/webhook", undefined, 405, "method"],
    ["HEAD", "/webhook", undefined, 405, ""],
    ["POST", "/webhook/", undefined, 404, "path"],
    ["GET", "/webhook2", greeting, 404, "path"],
    ["GET", "/", undefined, 404, "path"],
    ["HEAD", "/", undefined, 404, ""],
    ["GET", "/incident", undefined, 404, page],
    ["GET", "/stage/incident", undefined, 404, page],
    ["HEAD", "/incident", undefined, 405, ""],
    ["DELETE", "/incident", undefined, 405, "incident method"],
  ])("%s %s with the query %s is answered %i %s", async (method, path, query, statusCode, body) => {
    const event = {
      rawPath: path,
      requestContext: { http: { method } },
      ...(query !== undefined && { rawQueryString: query }),
    };
    const result = await world.send(event);
    expect(result).toMatchObject({ statusCode, body });
    expect(result?.headers.allow).toBe(statusCode === 405 ? "GET, POST" : undefined);
  });

  test("may spell header names in any case", async () => {
    const event = { ...postOf(payload(), undefined) };
    const headers = { "X-Hub-Signature-256": sign(payload()) };
    expect(await world.send({ ...event, headers })).toMatchObject({ statusCode: 200 });
  });

  test.each([
    null,
    "text",
    { source: "aws.s3" },
    { rawPath: 7, requestContext: { http: { method: "GET" } } },
    { rawPath: "/webhook" },
    { rawPath: "/webhook", requestContext: {} },
    { rawPath: "/webhook", requestContext: { http: null } },
  ])("is none of the shape of %j: an error, not an answer", async (event) => {
    const error = new Error("The event is neither a request nor a scheduled tick");
    await expect(world.send(event)).rejects.toThrow(error);
  });
});

test("a batch larger than what is sent at once is stored whole before the first publish, which may hang", async () => {
  const id = newWabaId();
  const count = CONCURRENCY + 6;
  const changes = Array.from({ length: count }, (_, index) => changeOf({ requester: `${index}` }));
  const published = Promise.withResolvers<number>();
  const send = async () => {
    published.resolve((await world.itemsOf(id)).length);
    return new Promise<never>(() => {});
  };
  const hanging = world.functionWith({ sns: { send } as unknown as World["sns"] });
  void hanging.deliver(payload(entry({ id, changes })));
  expect(await published.promise, "events stored when SNS is first asked").toBe(count);
});
