import { beforeEach, describe, expect, test } from "vitest";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../../support/builders.ts";
import {
  createMemoryWorld,
  type TestFunction,
  unreachable,
  type World,
} from "../../support/world.ts";

let world: World;
let withoutSns: TestFunction;
let withoutTable: TestFunction;

beforeEach(() => {
  world = createMemoryWorld({}, { repeatAfterMinutes: [] });
  withoutSns = world.functionWith({ sns: unreachable() });
  withoutTable = world.functionWith({ dynamodb: unreachable() });
});

function changesOf(count: number) {
  return Array.from({ length: count }, (_, index) =>
    securityChange(resetRequest({ requester: String(index) })),
  );
}

describe("while SNS is down", () => {
  test("deliveries are answered 200 and stored, and alerted by the relay once it is back", async () => {
    const id = newWabaId();
    expect(await withoutSns.deliver(payload(entry({ id })))).toMatchObject({ statusCode: 200 });
    expect(await world.itemsOf(id)).toMatchObject([{ alert: { S: "pending" } }]);
    expect(world.lastLine()).toMatchObject({
      level: "ERROR",
      EventStored: 1,
      failures: { AlertPublishFailed: ["Error ECONNREFUSED"] },
    });

    for (let minute = 0; minute < 3; minute++) {
      world.clock.now += 60_000;
      await withoutSns.tick();
    }
    expect(world.lastLine()).toMatchObject({ AlertPublishFailed: 1, OutboxSize: [1] });
    expect(await world.alertsOf(id), "alerts that were sent").toEqual([]);

    world.clock.now += 60_000;
    await world.tick();
    expect(world.lastLine()).toMatchObject({ AlertPublished: 1, OutboxAge: [240] });
    expect(await world.itemsOf(id)).toMatchObject([{ alert: { S: "published" } }]);
    await world.tick();
    expect(await world.alertsOf(id), "alerts that were sent").toHaveLength(1);
    for (const name of ["OutboxSize", "OutboxAge", "OpenIncidents"]) {
      expect(world.lastLine()).not.toHaveProperty(name);
    }
  });

  test("a redelivery after it is back alerts without waiting for the relay", async () => {
    const body = payload(entry());
    await withoutSns.deliver(body);
    world.clock.now += 1;
    await world.deliver(body);
    expect(world.lastLine()).toMatchObject({ EventDuplicate: 1, AlertPublished: 1 });
  });
});

describe("while DynamoDB takes only some requests", () => {
  /** Every request about this account of this kind fails. */
  function without(kind: string, id: string) {
    const send = (command: object) =>
      command.constructor.name === kind && JSON.stringify(command).includes(id)
        ? Promise.reject(Object.assign(new Error("no"), { name: "InternalServerError" }))
        : world.dynamodb.send(command as never);
    return world.functionWith({ dynamodb: { send } as unknown as World["dynamodb"] });
  }

  test("one event that is not stored makes the answer 500, and the others are stored", async () => {
    const [id, failing] = [newWabaId(), newWabaId()];
    const body = payload(entry({ id: failing }), entry({ id }));
    const fn = without("PutItemCommand", failing);
    expect(await fn.deliver(body)).toMatchObject({ statusCode: 500 });
    expect(world.lastLine()).toMatchObject({ EventStored: 1, EventStoreFailed: 1 });
    expect(await world.alertsOf(id), "alerts that were sent").toHaveLength(1);
  });
});

test("while DynamoDB is down the tick fails visibly and says so in the log", async () => {
  const error = await withoutTable.tick().catch((each) => each);
  expect(error).toEqual(new Error("The outbox could not be read"));
  expect(error.cause).toMatchObject({ code: "ECONNREFUSED" });
  expect(world.lastLine()).toMatchObject({
    level: "ERROR",
    counted: "at least",
    failures: { RelayFailed: ["Error ECONNREFUSED"] },
  });
  expect(world.lastLine()).not.toHaveProperty("RelayRun");
});

/** SNS, whose answers are lost. */
function losingAnswers(): Pick<World, "sns"> {
  const send = async (command: never) => {
    await world.sns.send(command);
    throw new Error("The answer is lost");
  };
  return { sns: { send } as never };
}

/** The table, in which no alert can be marked. */
function withoutMarks(): Pick<World, "dynamodb"> {
  const send = (command: { input: { UpdateExpression?: string } }) =>
    command.input.UpdateExpression?.includes("alertMessageId")
      ? Promise.reject(new Error("no mark"))
      : world.dynamodb.send(command as never);
  return { dynamodb: { send } as never };
}

test.each([
  ["that SNS takes and never answers, and Meta delivers each minute,", losingAnswers],
  ["whose mark never succeeds", withoutMarks],
])(
  "an alert %s is published at most 7 times in the first hour, then 4",
  async (_, toDifference) => {
    const id = newWabaId();
    const fn = world.functionWith(toDifference());
    await fn.deliver(payload(entry({ id })));
    const counts: number[] = [];
    for (const _hour of [1, 2]) {
      for (let minute = 0; minute < 60; minute += 1) {
        if (toDifference === losingAnswers) await fn.deliver(payload(entry({ id })));
        world.clock.now += 30_000;
        await fn.tick();
        world.clock.now += 30_000;
      }
      counts.push((await world.alertsOf(id)).length);
    }
    const [first = 0, both = 0] = counts;
    expect(first, "publishes in the first hour").toBeLessThanOrEqual(7);
    expect(both - first, "publishes in the second hour").toBeLessThanOrEqual(4);
    expect(Math.min(first, both - first), "publishes in an hour").toBeGreaterThanOrEqual(2);
  },
);

describe("when time runs short", () => {
  const changes = changesOf(40);

  test("below three seconds no write is started and the answer is 500", async () => {
    const id = newWabaId();
    const body = payload(entry({ id, changes }));
    expect(await world.deliverWithin(body, 2_900)).toMatchObject({ statusCode: 500 });
    expect(world.lastLine()).toMatchObject({ failures: { DeliveryFailed: ["time"] } });
    expect(await world.itemsOf(id), "events that are stored").toEqual([]);
    expect(await world.deliver(body)).toMatchObject({ statusCode: 200 });
    expect(await world.itemsOf(id), "events that are stored").toHaveLength(40);
  });

  test("below nine seconds no alert is started: the relay has it", async () => {
    const id = newWabaId();
    const body = payload(entry({ id, changes }));
    expect(await world.deliverWithin(body, 8_900)).toMatchObject({ statusCode: 200 });
    expect(await world.alertsOf(id), "alerts that were sent").toEqual([]);
    world.clock.now += 1;
    const before = await world.itemsOf(id);
    await world.deliverWithin(body, 8_900);
    expect(await world.itemsOf(id), "a redelivery claims none either").toEqual(before);
    await world.tick();
    expect(await world.alertsOf(id), "alerts that were sent").toHaveLength(40);
  });
});

test("while Secrets Manager hangs the relay does not wait for it", async () => {
  const id = newWabaId();
  await withoutSns.deliver(payload(entry({ id })));
  const hanging = world.functionWith({ readSecret: () => new Promise(() => {}) });
  world.clock.now += 1;
  void hanging.tick();
  await expect.poll(() => world.alertsOf(id)).toHaveLength(1);
});
