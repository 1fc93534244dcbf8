import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createDynamoDB, createSns } from "../../../lambda/shared/clients.ts";
import {
  APP_SECRET,
  entry,
  newWabaId,
  payload,
  resetRequest,
  securityChange,
} from "../../support/builders.ts";
import { startWorld, type TestFunction, type World } from "../../support/world.ts";

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

describe("while SNS is down", () => {
  test("deliveries are answered 200 and stored, and alerted by the relay once it is back", async () => {
    const id = newWabaId();
    const down = world.functionWith({ sns: createSns(NOBODY) });
    expect(await down.deliver(payload(entry({ id })))).toMatchObject({ statusCode: 200 });
    expect(await world.itemsOf(id)).toMatchObject([{ alert: { S: "pending" } }]);
    expect(world.lastLine()).toMatchObject({ EventStored: 1, AlertPublishFailed: 1 });

    for (let minute = 0; minute < 3; minute++) {
      world.clock.now += 60_000;
      await down.tick();
    }
    expect(world.lastLine()).toMatchObject({ AlertPublishFailed: 1, OutboxSize: [1] });
    expect(await world.alertsOf(id), "alerts that were told").toEqual([]);

    world.clock.now += 60_000;
    await world.tick();
    expect(world.lastLine()).toMatchObject({ AlertPublished: 1, OutboxAge: [240] });
    expect(await world.itemsOf(id)).toMatchObject([{ alert: { S: "published" } }]);
    await world.tick();
    expect(await world.alertsOf(id), "alerts that were told").toHaveLength(1);
    for (const name of ["OutboxSize", "OutboxAge", "OpenIncidents"]) {
      expect(world.lastLine()).not.toHaveProperty(name);
    }
  });

  test("a redelivery after it is back alerts without waiting for the relay", async () => {
    const body = payload(entry());
    const down = world.functionWith({ sns: createSns(NOBODY) });
    await down.deliver(body);
    world.clock.now += 1;
    await world.deliver(body);
    expect(world.lastLine()).toMatchObject({ EventDuplicate: 1, AlertPublished: 1 });
  });
});

describe("while DynamoDB is down", () => {
  test("deliveries are answered 500, and the redelivery stores and alerts", async () => {
    const id = newWabaId();
    const body = payload(entry({ id }));
    const down = world.functionWith({ dynamodb: createDynamoDB(NOBODY) });
    expect(await down.deliver(body)).toMatchObject({ statusCode: 500 });
    expect(world.lastLine()).toMatchObject({ EventStoreFailed: 1, DeliveryFailed: 1 });
    expect(await world.alertsOf(id), "alerts that were told").toEqual([]);

    expect(await world.deliver(body)).toMatchObject({ statusCode: 200 });
    expect(await world.itemsOf(id), "events that are stored").toHaveLength(1);
    expect(await world.alertsOf(id), "alerts that were told").toHaveLength(1);
  });

  test("the tick fails visibly and says so in the log", async () => {
    const down = world.functionWith({ dynamodb: createDynamoDB(NOBODY) });
    await expect(down.tick()).rejects.toThrow("The outbox could not be read");
    expect(world.lastLine()).toMatchObject({ level: "ERROR", RelayFailed: 1 });
    expect(world.lastLine()).not.toHaveProperty("RelayRun");
  });
});

describe("when the function dies after storing", () => {
  const dead = { send: () => new Promise<never>(() => {}) };

  async function storeAndDie(id: string): Promise<void> {
    const doomed = world.functionWith({ sns: dead as unknown as World["sns"] });
    void doomed.deliver(payload(entry({ id })));
    await expect.poll(() => world.itemsOf(id)).toHaveLength(1);
  }

  test("the relay alerts once its claim ran out, not before", async () => {
    const id = newWabaId();
    await storeAndDie(id);
    world.clock.now += 74_000;
    await world.tick();
    expect(await world.alertsOf(id), "alerts that were told").toEqual([]);
    world.clock.now += 2_000;
    await world.tick();
    expect(await world.alertsOf(id), "alerts that were told").toHaveLength(1);
  });

  test("a redelivery alerts once its claim ran out, not before", async () => {
    const id = newWabaId();
    await storeAndDie(id);
    await world.deliver(payload(entry({ id })));
    expect(await world.alertsOf(id), "alerts that were told").toEqual([]);
    world.clock.now += 76_000;
    await world.deliver(payload(entry({ id })));
    expect(await world.alertsOf(id), "alerts that were told").toHaveLength(1);
  });
});

describe("an alert whose mark never succeeds", () => {
  test("is repeated ever more slowly, not every minute", async () => {
    const id = newWabaId();
    const { dynamodb } = world;
    const unmarkable = {
      send: (command: { input: { UpdateExpression?: string } }) =>
        command.input.UpdateExpression?.includes("alertMessageId")
          ? Promise.reject(new Error("no mark"))
          : dynamodb.send(command as never),
    };
    const broken = world.functionWith({ dynamodb: unmarkable as unknown as World["dynamodb"] });
    await broken.deliver(payload(entry({ id })));
    for (let minute = 0; minute < 6 * 60; minute++) {
      world.clock.now += 60_001;
      if ((await pendingMs(id)) < 0) await broken.tick();
    }
    // After 75 seconds, 2.5, 5 and 10 minutes, then every quarter of an hour.
    expect((await world.alertsOf(id)).length).toBeLessThanOrEqual(6 * 4 + 5);
    expect((await world.alertsOf(id)).length).toBeGreaterThanOrEqual(6 * 3);
  });

  async function pendingMs(id: string): Promise<number> {
    const [item] = await world.itemsOf(id);
    return Number(item?.dueAt?.N) - world.clock.now;
  }
});

describe("when time runs short", () => {
  const changes = Array.from({ length: 40 }, (_, index) =>
    securityChange(resetRequest({ requester: String(index) })),
  );

  test("below three seconds no write is started and the answer is 500", async () => {
    const id = newWabaId();
    const body = payload(entry({ id, changes }));
    expect(await world.deliverWithin(body, 2_900)).toMatchObject({ statusCode: 500 });
    expect(await world.itemsOf(id), "events that are stored").toEqual([]);
    expect(await world.deliver(body)).toMatchObject({ statusCode: 200 });
    expect(await world.itemsOf(id), "events that are stored").toHaveLength(40);
  });

  test("below nine seconds no alert is started: the relay has it", async () => {
    const id = newWabaId();
    const body = payload(entry({ id, changes }));
    expect(await world.deliverWithin(body, 8_900)).toMatchObject({ statusCode: 200 });
    expect(await world.alertsOf(id), "alerts that were told").toEqual([]);
    world.clock.now += 1;
    await world.tick();
    expect(await world.alertsOf(id), "alerts that were told").toHaveLength(40);
  });

  test("repeats store the rest of a batch that is too large for one invocation", async () => {
    const id = newWabaId();
    const body = payload(entry({ id, changes }));
    const { dynamodb } = world;
    let left = 0;
    const slow = {
      send: (command: never) => {
        left -= 150;
        return dynamodb.send(command);
      },
    };
    const hurried = world.functionWith({ dynamodb: slow as unknown as World["dynamodb"] });
    const stored: number[] = [];
    for (let times = 0; times < 20; times++) {
      left = 6_000;
      world.clock.now += 60_007;
      await hurried.deliverWithin(body, () => left);
      stored.push((await world.itemsOf(id)).length);
    }
    expect(stored[0]).toBeLessThan(40);
    expect(stored.at(-1), "events that are stored in the end").toBe(40);
  });
});

describe("while Secrets Manager hangs", () => {
  test("the relay does not wait for it", async () => {
    const id = newWabaId();
    await world.functionWith({ sns: createSns(NOBODY) }).deliver(payload(entry({ id })));
    const hanging = world.functionWith({ readSecret: () => new Promise(() => {}) });
    world.clock.now += 1;
    void hanging.tick();
    await expect.poll(() => world.alertsOf(id)).toHaveLength(1);
  });
});

test("a stranger's flood hides no signed body that was not understood", async () => {
  const flooded = world.functionWith({});
  for (let times = 0; times < 200; times++) {
    await flooded.send({ rawPath: "/webhook", requestContext: { http: { method: "POST" } } });
  }
  const before = world.lines.length;
  for (let times = 0; times < 50; times++) await flooded.deliver("{");
  expect(world.lines.length - before, "lines of what was not understood").toBe(50);
  expect(world.lastLine()).toMatchObject({ PayloadRejected: 1 });
});

describe("the app secret", () => {
  const other = "a".repeat(32);

  function secretText(...appSecrets: string[]): string {
    return JSON.stringify({ verifyToken: "t", appSecrets });
  }

  test("is re-read on a mismatch, at most once a minute, so that a rotation heals", async () => {
    let reads = 0;
    let text = secretText(APP_SECRET);
    const readSecret = async () => {
      reads += 1;
      return text;
    };
    const rotated = world.functionWith({ readSecret });
    const body = payload(entry());
    expect(await rotated.deliver(body)).toMatchObject({ statusCode: 200 });
    text = secretText(other, APP_SECRET);
    expect(await rotated.deliver(body, other)).toMatchObject({ statusCode: 401 });
    expect(reads, "reads of the secret").toBe(1);
    world.clock.now += 60_000;
    for (let times = 0; times < 50; times++) await rotated.deliver(body, "f".repeat(32));
    expect(reads, "reads of the secret").toBe(2);
    expect(await rotated.deliver(body, other)).toMatchObject({ statusCode: 200 });
    expect(await rotated.deliver(body)).toMatchObject({ statusCode: 200 });
    expect(world.lastLine()).toMatchObject({ MatchedSecretIndex: [1] });
  });

  test.each([
    ["with a tick", (rotated: TestFunction) => rotated.tick()],
    ["without a tick", () => undefined],
  ])("that was taken back is refused after five minutes, %s", async (_, meanwhile) => {
    let text = secretText(other, APP_SECRET);
    const rotated = world.functionWith({ readSecret: async () => text });
    const body = payload(entry());
    expect(await rotated.deliver(body)).toMatchObject({ statusCode: 200 });
    text = secretText(other);
    world.clock.now += 5 * 60_000;
    await meanwhile(rotated);
    expect(await rotated.deliver(body)).toMatchObject({ statusCode: 401 });
    expect(await rotated.deliver(body, other)).toMatchObject({ statusCode: 200 });
  });

  test("that is unreadable costs a read every five seconds, not one a request", async () => {
    let reads = 0;
    const readSecret = async () => {
      reads += 1;
      throw new Error("down");
    };
    const blind = world.functionWith({ readSecret });
    const before = world.lines.length;
    for (let times = 0; times < 500; times++) await blind.deliver(payload(entry()));
    expect(reads, "reads of the secret").toBe(1);
    expect(world.lines.length - before).toBeLessThan(50);
    world.clock.now += 5_000;
    await blind.deliver(payload(entry()));
    expect(reads, "reads of the secret").toBe(2);
  });

  test("is used although another beside it cannot be", async () => {
    const text = JSON.stringify({ verifyToken: null, appSecrets: [null, "", APP_SECRET] });
    const odd = world.functionWith({ readSecret: async () => text });
    expect(await odd.deliver(payload(entry()))).toMatchObject({ statusCode: 200 });
  });

  test.each([
    ["none is configured", async () => secretText()],
    ["only an empty one is configured", async () => secretText("")],
    ["it is not JSON", async () => "app secret"],
    ["Secrets Manager fails", () => Promise.reject(new Error("down"))],
  ])("closes the door with 503 when %s", async (_, readSecret) => {
    const id = newWabaId();
    const closed = world.functionWith({ readSecret });
    for (const secret of [APP_SECRET, ""]) {
      const result = await closed.deliver(payload(entry({ id })), secret);
      expect(result).toMatchObject({ statusCode: 503 });
    }
    expect(await world.itemsOf(id), "events that are stored").toEqual([]);
  });

  test("as last read outlives a Secrets Manager that fails", async () => {
    let isDown = false;
    const readSecret = async () => {
      if (isDown) throw new Error("down");
      return secretText(APP_SECRET);
    };
    const survivor = world.functionWith({ readSecret });
    const body = payload(entry());
    await survivor.deliver(body);
    isDown = true;
    world.clock.now += 10 * 60_000;
    expect(await survivor.deliver(body)).toMatchObject({ statusCode: 200 });
  });

  test("is not read, nor AWS called at all, for 10,000 requests whose signature has not even the form", async () => {
    let reads = 0;
    const readSecret = async () => {
      reads += 1;
      return secretText(APP_SECRET);
    };
    const calls: unknown[] = [];
    const counted = { send: async (command: unknown) => calls.push(command) } as never;
    const flooded = world.functionWith({ readSecret, dynamodb: counted, sns: counted });
    await flooded.deliver(payload());
    world.clock.now += 60 * 60_000;
    const before = world.lines.length;
    for (let times = 0; times < 10_000; times++) {
      await flooded.send({ rawPath: "/webhook", requestContext: { http: { method: "POST" } } });
    }
    expect(reads, "reads of the secret").toBe(1);
    expect(calls, "requests to AWS").toEqual([]);
    expect(world.lines.length - before).toBeLessThanOrEqual(150);
    world.clock.now += 60_000;
    await flooded.send({ rawPath: "/webhook", requestContext: { http: { method: "POST" } } });
    const refusals = world.lines
      .slice(before)
      .map((line) => JSON.parse(line).SignatureMalformed ?? 0)
      .reduce((sum, count) => sum + count, 0);
    expect(refusals, "requests that the metric counts").toBe(10_001);
  });
});
