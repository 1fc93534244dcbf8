import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createApplication } from "./application.ts";
import { exploreOrDescribe } from "./describe-trace.ts";
import { explore } from "./explore.ts";
import { OPEN } from "./open-alert.ts";
import { scenario } from "./scenario.ts";
import { SCENARIOS } from "./scenarios.ts";
import { createWebhook } from "./system.ts";
import { countOneByOne, follow, walk } from "./walk.ts";

test.each(SCENARIOS)("in every execution of $name every invariant holds", async (each) => {
  const report = await exploreOrDescribe(each, createWebhook);
  expect(report.executions).toBeGreaterThan(100n);
});

describe("the explorer", () => {
  test.each([
    scenario("two faults", { deliveries: ["A"], faults: 2 }),
    scenario("a tick", { ...OPEN, ticks: 1 }),
    scenario("a batch", { deliveries: ["AN"], faults: 1 }),
  ])("counts as many executions of $name as there are one by one", async (each) => {
    const context = { scenario: each, application: createApplication(createWebhook, each) };
    const report = await explore(each, createWebhook);
    expect(await countOneByOne(each, context)).toBe(report.executions);
  });

  test("knows what code does that runs alive beside others, however they interleave", async () => {
    const each = scenario("", { deliveries: ["A", "AB"], ticks: 2, faults: 3 });
    const context = { scenario: each, application: createApplication(createWebhook, each) };
    const property = fc.asyncProperty(fc.infiniteStream(fc.nat()), async (numbers) => {
      const alive = await walk(each, createWebhook, (count) => numbers.next().value % count);
      const known = await follow(alive.actions, context);
      expect(known.clock).toBe(alive.end.clock);
      expect(known.rows).toEqual(alive.end.rows);
      expect(known.sent).toEqual(alive.end.sent);
      expect(known.ambiguous).toEqual(alive.end.ambiguous);
      expect(known.published).toEqual(alive.end.published);
      expect(known.confirmed).toEqual(alive.end.confirmed);
    });
    await fc.assert(property, { numRuns: 300 });
  });
});
