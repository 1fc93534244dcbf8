import { expect, test } from "vitest";
import { entry, newWabaId, payload } from "../../support/builders.ts";
import { createMemoryWorld } from "../../support/world.ts";

const MINUTE = 60_000;

const settings = { publicUrl: "https://x.example", repeatAfterMinutes: [5, 15, 60, 240] };

test("an alert is repeated after 5, 15 and 60 minutes, then every 4 hours, and lapses after 48", async () => {
  const world = createMemoryWorld({}, settings);
  const startedAt = world.clock.now;
  const id = newWabaId();
  await world.deliver(payload(entry({ id })));
  expect(world.lastLine()).toMatchObject({ AlertPublished: 1, IncidentOpened: 1 });

  const tickAt = (minute: number, seconds = 0) => {
    world.clock.now = startedAt + minute * MINUTE + seconds * 1000;
    return world.tick();
  };
  const kindsOf = async () => {
    const alerts = await world.alertsOf(id);
    return alerts.map(({ document }) => (document as { kind?: string }).kind);
  };
  const minutesUntilDue = async () => {
    const [item] = await world.itemsOf(id);
    return (Number(item?.dueAt?.N) - startedAt) / MINUTE;
  };

  for (const [index, minute] of [5, 15, 60, 240, 480, 720].entries()) {
    expect(await minutesUntilDue(), "minutes until it is due").toBe(minute);
    await tickAt(minute);
    expect(await kindsOf(), "no repeat before its time").toHaveLength(1 + index);
    await tickAt(minute, 1);
    const counts = { RepeatPublished: 1, OpenIncidents: [1], UnansweredMinutes: [minute] };
    expect(world.lastLine()).toMatchObject(counts);
    expect(world.lastLine()).not.toHaveProperty("OutboxSize");
    expect(await kindsOf(), "messages about the event").toHaveLength(2 + index);
  }
  for (let minute = 960; minute <= 2640; minute += 240) await tickAt(minute, 1);
  expect(await kindsOf()).toEqual(["alert", ...Array(14).fill("repeat")]);
  expect(await minutesUntilDue(), "minutes until it is due").toBe(2880);
  await tickAt(2880, 1);
  const [item] = await world.itemsOf(id);
  expect(item).toMatchObject({ alert: { S: "lapsed" } });
  expect(item).not.toHaveProperty("outbox");
  expect(await kindsOf(), "the last message says that it is the last").toHaveLength(16);
  const alerts = await world.alertsOf(id);
  const links = alerts.map(({ email }) => /https:\/\/x\.example\/incident\?\S+/.exec(email)?.[0]);
  expect(new Set(links).size, "all with the same link").toBe(1);
  expect(links[0]).toMatch(new RegExp(`w=${id}&k=.*&c=${item?.incidentCode?.S}$`));
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
