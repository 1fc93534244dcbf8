import { beforeEach, describe, expect, test } from "vitest";
import type { Item } from "../../../lambda/event/event-item.ts";
import { toLinkQuery } from "../../../lambda/outbox/link.ts";
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

async function toldOf({ id }: Delivered) {
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
      expect(await toldOf(delivered), "no repeat before its time").toHaveLength(1 + index);
      world.clock.now += 1000;
      await world.tick();
      expect(world.lastLine()).toMatchObject({
        RepeatPublished: 1,
        OpenIncidents: [1],
        UnansweredMinutes: [minute],
      });
      expect(world.lastLine()).not.toHaveProperty("OutboxSize");
      expect(await toldOf(delivered), "messages about the event").toHaveLength(2 + index);
    }
    for (let minute = 960; minute <= 2640; minute += 240) {
      world.clock.now = startedAt + minute * MINUTE + 1000;
      await world.tick();
    }
    const repeats = Array(14).fill("repeat");
    expect(await toldOf(delivered)).toEqual(["alert", ...repeats]);
    expect(minutesUntilDue(await itemOf(delivered)), "minutes until it is due").toBe(2880);
    world.clock.now = startedAt + 2880 * MINUTE + 1000;
    await world.tick();
    expect(await itemOf(delivered)).toMatchObject({ alert: { S: "lapsed" } });
    expect(await itemOf(delivered)).not.toHaveProperty("outbox");
    expect(await toldOf(delivered), "the last message says that it is the last").toHaveLength(16);
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

  test("waits with a repeat of which nobody knows whether SNS took it", async () => {
    const delivered = await deliver();
    const send = async (command: never) => {
      await world.sns.send(command);
      throw new Error("The answer is lost");
    };
    world.clock.now += 5 * MINUTE + 1000;
    await world.functionWith({ sns: { send } as unknown as World["sns"] }).tick();
    await passMinutes(0.5);
    const inDoubt = await itemOf(delivered);
    expect(inDoubt).toMatchObject({ alert: { S: "open" }, alertAttempts: { N: "1" } });
    expect(inDoubt).toHaveProperty("claimToken");
    await passMinutes(0.9);
    expect(await itemOf(delivered)).toMatchObject({ alertRepeats: { N: "1" } });
    expect(minutesUntilDue(await itemOf(delivered)), "minutes until it is due").toBe(15);
  });
});

describe("two open alerts of one number", () => {
  test("only the newer one is repeated; the older one is closed when its turn comes", async () => {
    const older = await deliver();
    world.clock.now += MINUTE;
    const newer = await deliver({ display_phone_number: older.phone });
    await passUntil(7);
    expect(await toldOf(older)).toEqual(["alert"]);
    const key = (await itemOf(newer))?.eventKey;
    expect(await itemOf(older)).toMatchObject({ alert: { S: "superseded" }, supersededBy: key });
    expect(await itemOf(older)).not.toHaveProperty("outbox");
    expect(await toldOf(newer)).toEqual(["alert", "repeat"]);
  });

  test("the newer one is the one that Meta sent later, though it came first", async () => {
    const newer = await deliver({}, 100);
    const older = await deliver({ display_phone_number: newer.phone });
    await passUntil(7);
    expect(await toldOf(older)).toEqual(["alert"]);
    expect(await toldOf(newer)).toEqual(["alert", "repeat"]);
  });
});

describe("more than five alerts that nobody answers", () => {
  test("are repeated in a digest, and each stays open", async () => {
    const all: Delivered[] = [];
    for (let index = 0; index < 5; index += 1) all.push(await deliver());
    world.clock.now += MINUTE;
    for (let index = 0; index < 3; index += 1) all.push(await deliver());
    world.clock.now = startedAt + 6 * MINUTE + 1000;
    await world.tick();
    expect(world.lastLine()).toMatchObject({ DigestPublished: 1, RepeatPublished: 8 });
    for (const one of all) {
      expect(await toldOf(one)).toEqual(["alert", "digest"]);
      expect(await itemOf(one)).toMatchObject({ alert: { S: "open" }, alertRepeats: { N: "1" } });
    }
  });
});

describe("what is never repeated", () => {
  test("a test delivery", async () => {
    const change = securityChange(resetRequest({ event: "PIN_CHANGED" }));
    const time = Math.floor(world.clock.now / 1000);
    await world.deliver(payload(entry({ id: "0", time, changes: [change] })));
    const [item] = (await world.itemsOf("0")).slice(-1);
    expect(item).toMatchObject({ alert: { S: "published" } });
    expect(item).not.toHaveProperty("outbox");
  });

  test("any alert where repeats are off: then no event has a code, and no message a link", async () => {
    const off = createMemoryWorld({}, { ...settings, repeatAfterMinutes: [] });
    const id = newWabaId();
    await off.deliver(payload(entry({ id })));
    const [item] = await off.itemsOf(id);
    expect(item).toMatchObject({ alert: { S: "published" } });
    for (const name of ["outbox", "incidentCode", "dueAt"]) expect(item).not.toHaveProperty(name);
    off.clock.now += 6 * MINUTE;
    await off.tick();
    const alerts = await off.alertsOf(id);
    expect(alerts, "alerts that were told").toHaveLength(1);
    expect(alerts[0]?.email).not.toContain("x.example");
  });
});

test("six alerts in one minute: five alone, the sixth with the next tick", async () => {
  const all: Delivered[] = [];
  for (let index = 0; index < 6; index += 1) all.push(await deliver());
  expect(world.lastLine()).toMatchObject({ AlertPaced: 1, EventStored: 1 });
  const last = all.at(-1) as Delivered;
  expect(await toldOf(last), "messages about the event").toEqual([]);
  await passMinutes(1);
  expect(await toldOf(last)).toEqual(["alert"]);
});

async function answer(delivered: Delivered): Promise<void> {
  const [stored] = await world.storedOf(delivered.id);
  const result = await world.send({
    rawPath: "/incident",
    rawQueryString: stored && toLinkQuery(stored),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "name=Ann+Example&answer=planned",
    requestContext: { http: { method: "POST", sourceIp: "192.0.2.1" } },
  });
  expect(result, "the answer is taken").toMatchObject({ statusCode: 303 });
}

describe("an answer that was given before an alert was told", () => {
  test("does not end that alert, though Meta dates it earlier", async () => {
    const answered = await deliver({}, 10);
    world.clock.now += MINUTE;
    await answer(answered);
    world.clock.now += MINUTE;
    const late = await deliver({ display_phone_number: answered.phone }, -300);
    world.clock.now += 6 * MINUTE;
    await world.tick();
    expect(await itemOf(late), "nobody has answered it").toMatchObject({ alert: { S: "open" } });
    expect(await toldOf(late)).toEqual(["alert", "repeat"]);
  });
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
