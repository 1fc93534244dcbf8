import { describe, expect, test } from "vitest";
import type { SecurityEvent } from "../../../lambda/event/security-event.ts";
import { recordAll } from "../../../lambda/outbox/record.ts";
import { securityEvent } from "../../support/notices.ts";
import {
  NOW,
  type OutboxWorldOptions,
  outboxWorld,
  serviceError,
} from "../../support/outbox-world.ts";

async function recordWith(amount: number, options: OutboxWorldOptions = {}) {
  const { run, calls } = outboxWorld(options);
  const events = Array.from({ length: amount }, (_, index) => {
    return securityEvent({ event: "PIN_CHANGED", eventKey: `key ${index}` });
  });
  const { incomplete } = await recordAll(events, run);
  const recorded = calls.map(([, each]) => (each as SecurityEvent).eventKey);
  return { incomplete, recorded, keys: events.map(({ eventKey }) => eventKey) };
}

describe("a delivery is incomplete", () => {
  const failing = async () => Promise.reject(serviceError("InternalServerError", 500));

  test.each([[[15_000, 0]], [[0, 15_000]]])(
    "because of the table, whichever of table and time came first: %j",
    async (left) => {
      const timeLeft = () => left.shift() ?? 15_000;
      const { incomplete } = await recordWith(2, { timeLeft, table: { record: failing } });
      expect(incomplete).toBe("table");
    },
  );

  test("because of the table where the time ends after it has failed", async () => {
    let hasFailed = false;
    const timeLeft = () => (hasFailed ? 0 : 15_000);
    const record = async () => {
      await new Promise(setImmediate);
      if (hasFailed) return "stored" as const;
      hasFailed = true;
      return failing();
    };
    const { incomplete, recorded } = await recordWith(40, { timeLeft, table: { record } });
    expect(incomplete).toBe("table");
    expect(recorded.length, "those that were under way").toBeLessThanOrEqual(24);
  });
});

describe("a batch", () => {
  test("of as many as are written at once begins with its first", async () => {
    const { recorded, keys } = await recordWith(24, { now: () => NOW + 5 });
    expect(recorded).toEqual(keys);
  });

  test("of more begins elsewhere each time, and misses none", async () => {
    const now = Math.ceil(NOW / 25) * 25 + 7;
    const { recorded, keys } = await recordWith(25, { now: () => now });
    expect(recorded).toEqual([...keys.slice(7), ...keys.slice(0, 7)]);
  });

  test("is written by 24 requests at once", async () => {
    let underWay = 0;
    let most = 0;
    const record = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return "stored" as const;
    };
    await recordWith(100, { table: { record } });
    expect(most).toBe(24);
  });
});
