import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CONCURRENCY, createSns } from "../../../lambda/shared/clients.ts";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../../support/builders.ts";
import { refusingItemsOf, startWorld, type World } from "../../support/world.ts";

/** A port where nothing listens. */
const NOBODY = {
  endpoint: "http://127.0.0.1:9",
  region: "us-east-1",
  credentials: { accessKeyId: "x", secretAccessKey: "x" },
};

let world: World;

beforeAll(async () => {
  world = await startWorld({}, { repeatAfterMinutes: [] });
});
afterAll(() => world.stop());

/** A minute has room for five messages, whatever the tests before have sent. */
beforeEach(() => {
  world.clock.now += 61_000;
});

async function deliver(body: string): Promise<void> {
  expect(await world.deliver(body)).toMatchObject({ statusCode: 200 });
}

describe("two equal changes in one delivery", () => {
  test("are one event, and the first of them is kept", async () => {
    const id = newWabaId();
    const changes = ["first", "second"].map((note) => securityChange(resetRequest({ note })));
    await deliver(payload(entry({ id, changes })));
    const items = await world.itemsOf(id);
    expect(items.map(({ value }) => JSON.parse(value?.S ?? "{}").note)).toEqual(["first"]);
    expect(world.lastLine()).toMatchObject({ EventStored: 1, EventDuplicate: 1 });
  });

  test("are one event also in two entries, and the first of them is kept", async () => {
    const id = newWabaId();
    const [first, second] = ["first", "second"].map((note) => {
      return entry({ id, changes: [securityChange(resetRequest({ note }))] });
    });
    await deliver(payload(first, second));
    const items = await world.itemsOf(id);
    expect(items.map(({ value }) => JSON.parse(value?.S ?? "{}").note)).toEqual(["first"]);
  });
});

describe("an entry that names its changed fields", () => {
  test("beside the change's value is one event, and no value is missing", async () => {
    const id = newWabaId();
    await deliver(payload(entry({ id, changed_fields: ["security", "messages"] })));
    expect((await world.itemsOf(id)).length, "one change is one event").toBe(1);
    expect(world.lastLine()).not.toHaveProperty("ValuesMissing");
  });

  test("beside a value of another field only is an event of an unknown name", async () => {
    const id = newWabaId();
    const changes = [{ field: "messages", value: {} }];
    await deliver(payload(entry({ id, changes, changed_fields: ["security"] })));
    expect(await world.itemsOf(id)).toMatchObject([{ alert: { S: "none" } }]);
    expect(world.lastLine()).toMatchObject({ ValuesMissing: 1, FieldIgnored: 1 });
  });

  test("without security among them is none", async () => {
    const id = newWabaId();
    await deliver(payload({ id, time: 1, changed_fields: ["messages"] }));
    expect(await world.itemsOf(id), "nothing of ours").toEqual([]);
  });
});

describe("changes without a time", () => {
  test("that differ outside the documented fields are two events, each alerted", async () => {
    const id = newWabaId();
    const changes = ["a", "b"].map((note) => securityChange(resetRequest({ note })));
    const body = payload({ id, changes });
    await deliver(body);
    await deliver(body);
    expect((await world.itemsOf(id)).length, "two events, and repeats add none").toBe(2);
    expect((await world.alertsOf(id)).length, "two alerts").toBe(2);
  });

  test("that are equal in everything are one", async () => {
    const id = newWabaId();
    await deliver(payload({ id, changes: [securityChange(), securityChange()] }));
    expect((await world.itemsOf(id)).length, "one event").toBe(1);
  });
});

describe("an id that is a number too long for JavaScript", () => {
  test.each([
    ["after a space", " 1234567890123456781", "1234567890123456781"],
    ["after a line break", "\n1234567890123456782", "1234567890123456782"],
    ["after a tab", "\t1234567890123456783", "1234567890123456783"],
    ["below zero", "-1234567890123456784", "-1234567890123456784"],
    ["below zero after a space", "  -1234567890123456785", "-1234567890123456785"],
    ["of just sixteen digits", "9007199254740993", "9007199254740993"],
  ])("(%s) keeps all its digits", async (_, written, id) => {
    await deliver(payload(entry({ id: "ID" })).replace('"ID"', written));
    expect((await world.itemsOf(id)).length, "stored under its own digits").toBe(1);
  });
});

describe("a repeat", () => {
  test("of a told event is no failure: INFO, one duplicate, nothing published", async () => {
    const body = payload(entry());
    await deliver(body);
    await deliver(body);
    const line = world.lastLine();
    expect(line).toMatchObject({ level: "INFO", EventDuplicate: 1 });
    for (const name of ["AlertPublished", "AlertPublishFailed", "RelayFailed", "failures"]) {
      expect(line, "a repeat fails at nothing").not.toHaveProperty(name);
    }
  });

  test("of an event that is stored in plain form adds nothing and is no failure", async () => {
    const id = newWabaId();
    const refusing = world.functionWith({ dynamodb: refusingItemsOf(world.dynamodb, id) });
    const body = payload(entry({ id }));
    await refusing.deliver(body);
    expect(world.lastLine()).toMatchObject({ level: "ERROR", ChangeQuarantined: 1 });
    await refusing.deliver(body);
    expect((await world.itemsOf(id)).length, "stored once").toBe(1);
    expect((await world.alertsOf(id)).length, "alerted once").toBe(1);
    expect(world.lastLine()).toMatchObject({ level: "INFO", EventDuplicate: 1 });
    expect(world.lastLine()).not.toHaveProperty("ChangeQuarantined");
  });
});

describe("Meta's test delivery", () => {
  async function failToTell(requester: string): Promise<string> {
    const changes = [securityChange(resetRequest({ event: "PIN_CHANGED", requester }))];
    const body = payload(entry({ id: "0", changes }));
    await world.functionWith({ sns: createSns(NOBODY) }).deliver(body);
    world.clock.now += 61_000;
    return body;
  }

  async function expectToldAsTest(requester: string): Promise<void> {
    const told = (await world.alertsOf("0")).filter(({ document }) => {
      return JSON.stringify(document).includes(requester);
    });
    expect(told, "told once, as a test").toMatchObject([
      { subject: expect.stringMatching(/^\[TEST\] /), document: { test: true } },
    ]);
  }

  test("keeps its mark when the relay tells it", async () => {
    await failToTell("1001");
    await world.tick();
    await expectToldAsTest("1001");
  });

  test("keeps its mark when a redelivery takes it over", async () => {
    const body = await failToTell("1002");
    await deliver(body);
    await expectToldAsTest("1002");
  });
});

describe("a tick with 8.9 seconds left", () => {
  test.each([
    ["one alert", 1],
    ["six alerts, which go into a digest", 6],
  ])("publishes nothing of %s, and the next one all of it", async (_, count) => {
    const id = newWabaId();
    const changes = Array.from({ length: count }, (_each, index) =>
      securityChange(resetRequest({ requester: String(index) })),
    );
    await world.functionWith({ sns: createSns(NOBODY) }).deliver(payload(entry({ id, changes })));
    world.clock.now += 61_000;
    await world.tick(8_900);
    expect(await world.alertsOf(id), "too late to publish").toEqual([]);
    for (const item of await world.itemsOf(id)) {
      expect(item.alert?.S, "still to be told").toBe("pending");
      expect(Number(item.dueAt?.N), "nobody holds it").toBeLessThanOrEqual(world.clock.now);
    }
    world.clock.now += 60_000;
    await world.tick();
    expect((await world.alertsOf(id)).length, "each told by the next tick").toBe(count);
  });

  test("publishes with 13.1 seconds", async () => {
    const id = newWabaId();
    await world.functionWith({ sns: createSns(NOBODY) }).deliver(payload(entry({ id })));
    world.clock.now += 61_000;
    await world.tick(13_100);
    expect((await world.alertsOf(id)).length, "there is time for one").toBe(1);
  });
});

describe("a batch larger than what is sent at once", () => {
  // The last one: it leaves alerts that are never told.
  test("is stored whole before the first publish, which may hang", async () => {
    const id = newWabaId();
    const count = CONCURRENCY + 6;
    const changes = Array.from({ length: count }, (_, index) =>
      securityChange(resetRequest({ requester: String(index) })),
    );
    const published = Promise.withResolvers<number>();
    const send = async () => {
      published.resolve((await world.itemsOf(id)).length);
      return new Promise<never>(() => {});
    };
    const hanging = world.functionWith({ sns: { send } as unknown as World["sns"] });
    void hanging.deliver(payload(entry({ id, changes })));
    expect(await published.promise, "events stored when SNS is first asked").toBe(count);
  });
});
