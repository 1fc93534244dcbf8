import { describe, expect, test } from "vitest";
import { recordAll } from "../../../lambda/outbox/record.ts";
import { securityEvent } from "../../support/notices.ts";
import { NOW, OUTAGE, outboxWorld } from "../../support/outbox-world.ts";

interface Given {
  readonly before?: () => unknown;
  /** Whether there is time for another write. */
  readonly hasTimeToWrite?: () => boolean;
  readonly now?: number;
}

/** So many events, and those that are stored then, in their order. */
async function recordWith(amount: number, given: Given = {}) {
  const { before = () => {}, hasTimeToWrite = () => true, now = NOW } = given;
  const { run, stored } = outboxWorld({ before });
  const invocation = { ...run.invocation, hasTimeToWrite };
  const events = Array.from({ length: amount }, (_, index) => {
    return securityEvent({ event: "PIN_CHANGED", eventKey: `key ${index}` });
  });
  const { incomplete } = await recordAll(events, { ...run, invocation, now: () => now });
  const recorded = stored().map(({ event }) => event.eventKey);
  return { incomplete, recorded, keys: events.map(({ eventKey }) => eventKey) };
}

describe("a delivery is incomplete", () => {
  const before = () => Promise.reject(OUTAGE);

  test.each([[[true, false]], [[false, true]]])(
    "because of the table, whichever of table and time came first: %j",
    async (left) => {
      const hasTimeToWrite = () => left.shift() ?? true;
      const { incomplete } = await recordWith(2, { before, hasTimeToWrite });
      expect(incomplete).toBe("table");
    },
  );

  test("because of the table where the time ends after it has failed", async () => {
    let hasFailed = false;
    const fail = async () => {
      await new Promise(setImmediate);
      if (hasFailed) return;
      hasFailed = true;
      throw OUTAGE;
    };
    const given = { before: fail, hasTimeToWrite: () => !hasFailed };
    const { incomplete, recorded } = await recordWith(40, given);
    expect(incomplete).toBe("table");
    expect(recorded, "those that were under way").toHaveLength(23);
  });
});

describe("a batch", () => {
  test.each([
    ["of as many as are written at once begins with its first", 24, 0],
    ["of more begins elsewhere each time, and misses none", 25, 7],
  ])("%s", async (_, amount, first) => {
    const now = Math.ceil(NOW / 25) * 25 + 7;
    const { recorded, keys } = await recordWith(amount, { now });
    expect(recorded).toEqual([...keys.slice(first), ...keys.slice(0, first)]);
  });

  test("is written by 24 requests at once", async () => {
    let underWay = 0;
    let most = 0;
    const before = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
    };
    await recordWith(100, { before });
    expect(most).toBe(24);
  });
});
