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

/** Whether it came to this; of a body that is not kept Meta may hear of any status but 5xx. */
function matches(expected: Expectation, { status, items, alerts }: Observation): boolean {
  if (status === undefined || status >= 500) return false;
  if (expected === "kept and alerted") return status < 300 && items === 1 && alerts === 1;
  const most = expected === "not ours" ? 0 : 1;
  return items <= most && alerts <= most;
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
