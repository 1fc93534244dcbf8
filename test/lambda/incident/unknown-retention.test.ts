import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { acknowledge } from "../../../lambda/incident/acknowledge.ts";
import { createAnswerTable } from "../../../lambda/incident/answer-table.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createInvocationMetrics } from "../../../lambda/shared/invocation-metrics.ts";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../../support/builders.ts";
import { startWorld, type World } from "../../support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

describe("an answer to two open alerts, by one who does not know how long events are kept", () => {
  test("is announced once, and both leave the outbox", async () => {
    const client = world.dynamodb;
    const { tableName } = world;
    const table = createEventTable({ client, tableName });
    const answers = createAnswerTable({ client, tableName, retentionDays: "unknown" });
    const id = newWabaId();
    const changes = [securityChange(resetRequest({ display_phone_number: "15559990001" }))];
    for (const time of [1_748_811_473, 1_748_811_474]) {
      await world.deliver(payload(entry({ id, time, changes })));
    }
    const [stored] = await table.numberHistory("15559990001");
    if (!stored) throw new Error("Nothing is stored");
    world.clock.now += 60_000;
    const at = new Date(world.clock.now).toISOString();
    const answer = {
      name: "Ann Example",
      answer: "planned",
      at,
      from: "terminal",
      origin: "terminal",
    } as const;
    const metrics = createInvocationMetrics();
    const { outcome } = await acknowledge(stored, answer, { table, answers }, metrics);
    expect(outcome).toBe("added");
    for (let ticks = 0; ticks < 3; ticks += 1) {
      world.clock.now += 60_000;
      await world.tick();
    }
    const kinds = (await world.alertsOf(id)).map(({ document }) => document as { kind?: string });
    const announced = kinds.filter(({ kind }) => kind === "acknowledged");
    expect(announced, "announcements of one answer").toHaveLength(1);
    for (const item of await world.itemsOf(id)) {
      expect(item.alert?.S).toBe("acknowledged");
      expect(item, "nothing is left to be told").not.toHaveProperty("outbox");
    }
  });
});
