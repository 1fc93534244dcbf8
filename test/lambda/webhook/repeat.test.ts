import { beforeEach, describe, expect, test } from "vitest";
import type { Item } from "../../../lambda/event/event-item.ts";
import { TABLE } from "../../../lambda/shared/item-names.ts";
import { PROTECT } from "../../../lambda/shared/names.ts";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../../support/builders.ts";
import { createMemoryWorld, type World } from "../../support/world.ts";

const MINUTE = 60_000;

const settings = { publicUrl: "https://x.example", repeatAfterMinutes: [5, 15, 60, 240] };
let world: World;
let startedAt: number;

beforeEach(() => {
  world = createMemoryWorld({}, settings);
  startedAt = world.clock.now;
});

async function passMinutes(minutes: number): Promise<void> {
  world.clock.now += minutes * MINUTE;
  await world.tick();
}

/** A minute after minute, as EventBridge ticks. */
async function passUntil(minute: number): Promise<void> {
  while (world.clock.now < startedAt + minute * MINUTE) await passMinutes(1);
}

let numbers = 15550000000;

function newNumber(): string {
  numbers += 1;
  return String(numbers);
}

interface Delivered {
  readonly id: string;
  readonly phone: string;
}

async function deliver(difference: object = {}, seconds = 0): Promise<Delivered> {
  const id = newWabaId();
  const phone = newNumber();
  const value = resetRequest({ display_phone_number: phone, ...difference });
  const time = Math.floor(world.clock.now / 1000) + seconds;
  const body = payload({ id, time, changes: [securityChange(value)] });
  expect(await world.deliver(body)).toMatchObject({ statusCode: 200 });
  return { id, phone };
}

async function kindsOf({ id }: Delivered) {
  const alerts = await world.alertsOf(id);
  return alerts.map(({ document }) => (document as { kind?: string }).kind);
}

async function itemOf({ id }: Delivered) {
  return (await world.itemsOf(id))[0];
}

function minutesUntilDue(item: { dueAt?: { N?: string | undefined } } | undefined): number {
  return (Number(item?.dueAt?.N) - startedAt) / MINUTE;
}

describe("an alert that nobody answers", () => {
  test("is repeated after 5, 15 and 60 minutes, then every 4 hours, and lapses after 48", async () => {
    const delivered = await deliver();
    expect(world.lastLine()).toMatchObject({ AlertPublished: 1, IncidentOpened: 1 });
    const expected = [5, 15, 60, 240, 480, 720];
    for (const [index, minute] of expected.entries()) {
      expect(minutesUntilDue(await itemOf(delivered)), "minutes until it is due").toBe(minute);
      world.clock.now = startedAt + minute * MINUTE;
      await world.tick();
      expect(await kindsOf(delivered), "no repeat before its time").toHaveLength(1 + index);
      world.clock.now += 1000;
      await world.tick();
      expect(world.lastLine()).toMatchObject({
        RepeatPublished: 1,
        OpenIncidents: [1],
        UnansweredMinutes: [minute],
      });
      expect(world.lastLine()).not.toHaveProperty("OutboxSize");
      expect(await kindsOf(delivered), "messages about the event").toHaveLength(2 + index);
    }
    for (let minute = 960; minute <= 2640; minute += 240) {
      world.clock.now = startedAt + minute * MINUTE + 1000;
      await world.tick();
    }
    const repeats = Array(14).fill("repeat");
    expect(await kindsOf(delivered)).toEqual(["alert", ...repeats]);
    expect(minutesUntilDue(await itemOf(delivered)), "minutes until it is due").toBe(2880);
    world.clock.now = startedAt + 2880 * MINUTE + 1000;
    await world.tick();
    expect(await itemOf(delivered)).toMatchObject({ alert: { S: "lapsed" } });
    expect(await itemOf(delivered)).not.toHaveProperty("outbox");
    expect(await kindsOf(delivered), "the last message says that it is the last").toHaveLength(16);
  });

  test("is repeated with the same link, and with what happened to the number since", async () => {
    const first = await deliver();
    world.clock.now += 2 * MINUTE;
    const change = { display_phone_number: first.phone, event: "PIN_CHANGED" };
    await deliver(change, 1);
    await passUntil(6);
    const [alert, repeat] = await world.alertsOf(first.id);
    const link = /https:\/\/x\.example\/incident\?\S+/.exec(alert?.email ?? "")?.[0];
    expect(link).toContain(`w=${first.id}&k=`);
    expect(link).toContain(`&c=${(await itemOf(first))?.incidentCode?.S}`);
    expect(repeat?.email).toContain(link);
    expect(repeat?.document).toMatchObject({
      kind: "repeat",
      repeat: 1,
      since: [{ event: "PIN_RESET_REQUEST" }, { event: "PIN_CHANGED" }],
    });
    expect(JSON.stringify(repeat?.document)).not.toContain("incident?");
  });
});

describe("two open alerts of one number", () => {
  test("only the newer one is repeated; the older one is closed when its turn comes", async () => {
    const older = await deliver();
    world.clock.now += MINUTE;
    const newer = await deliver({ display_phone_number: older.phone });
    await passUntil(7);
    expect(await kindsOf(older)).toEqual(["alert"]);
    const key = (await itemOf(newer))?.eventKey;
    expect(await itemOf(older)).toMatchObject({ alert: { S: "superseded" }, supersededBy: key });
    expect(await itemOf(older)).not.toHaveProperty("outbox");
    expect(await kindsOf(newer)).toEqual(["alert", "repeat"]);
  });
});

test("where repeats are off nothing is repeated, no event has a code, and no message a link", async () => {
  const off = createMemoryWorld({}, { ...settings, repeatAfterMinutes: [] });
  const id = newWabaId();
  await off.deliver(payload(entry({ id })));
  const [item] = await off.itemsOf(id);
  expect(item).toMatchObject({ alert: { S: "published" } });
  for (const name of ["outbox", "incidentCode", "dueAt"]) expect(item).not.toHaveProperty(name);
  off.clock.now += 6 * MINUTE;
  await off.tick();
  const alerts = await off.alertsOf(id);
  expect(alerts, "alerts that were sent").toHaveLength(1);
  expect(alerts[0]?.email).not.toContain("x.example");
});

describe("more repeats than an invocation has time for", () => {
  test.each([
    [120, 80],
    [150, 60],
    [400, 20],
  ])(
    "are published as far as its time goes, at %d ms a request: %d in a tick",
    async (ms, least) => {
      const id = newWabaId();
      const changes = Array.from({ length: 150 }, () =>
        securityChange(resetRequest({ display_phone_number: newNumber() })),
      );
      const time = Math.floor(world.clock.now / 1000);
      await world.deliver(payload({ id, time, changes }));
      world.clock.now += 6 * MINUTE;
      let remaining = 60_000;
      // Each request to the table costs so much of the invocation's time, but for that which is
      // under way at the same time as the query of the number's history.
      const send = (command: { input: { Key?: Item } }) => {
        const partition = command.input.Key?.[TABLE.partitionKey]?.S;
        if (partition !== PROTECT.partition) remaining -= ms;
        return world.dynamodb.send(command as never);
      };
      const slow = world.functionWith({ dynamodb: { send } as never });
      await slow.send({ source: "aws.events" }, () => remaining);
      const { RepeatPublished = 0 } = world.lastLine();
      expect(RepeatPublished, "repeats published by this tick").toBeGreaterThan(least);
      expect(remaining, "time left for the answer").toBeGreaterThan(0);
    },
  );
});
