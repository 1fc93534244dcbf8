import { describe, expect, test } from "vitest";
import { number, text } from "../../lambda/event/event-item.ts";
import type { Attack } from "./attack-figures.ts";
import { toCosts, toTotal, toUndigestedCosts } from "./cost.ts";
import { toRefusedUnits, toWriteUnits } from "./write-units.ts";

const stored = {
  wabaId: text("1"),
  eventKey: text("2"),
  displayPhoneNumber: text("15550783881"),
  event: text("PIN_RESET_REQUEST"),
  requester: text("3"),
  time: number(4),
  alert: text("pending"),
  outbox: text("pending"),
  dueAt: number(5),
};

describe("a write is billed", () => {
  test("in the table and in each index that shows the item", () => {
    expect(toWriteUnits(undefined, stored)).toBe(5);
  });

  test("twice in an index where its key changes: the relay's due time", () => {
    expect(toWriteUnits(stored, { ...stored, dueAt: number(6) })).toBe(1 + 3 + 2);
  });

  test("in the table alone when no index shows the item", () => {
    const place = { wabaId: text("pace"), eventKey: text("single"), t1: number(0) };
    expect(toWriteUnits(place, { ...place, t1: number(1) })).toBe(1);
  });

  test("for each KB of the larger of the item before and after", () => {
    const large = { wabaId: text("1"), eventKey: text("2"), value: text("x".repeat(2000)) };
    expect(toWriteUnits(large, { ...large, value: text("") })).toBe(2);
    expect(toRefusedUnits(large), "also when its condition fails").toBe(2);
  });
});

describe("a thousand alerts", () => {
  test("cost a thousand writes, messages and e-mails of one alert that takes no place", () => {
    const usage = { requests: { Publish: 1 }, writeUnits: 12, readUnits: 0, publishUnits: 1 };
    const single = { deliveries: 1, memoryMb: 512, workMs: 100, usage } as unknown as Attack;
    const lines = toUndigestedCosts(single, 1000);
    expect(lines.reduce((sum, { count }) => sum + count, 0)).toBe(4000);
    const perAlert = (11 * 0.625 + 0.5 + 20) / 1_000_000;
    expect(toTotal(lines)).toBeCloseTo(1000 * perAlert, 9);
    expect(toTotal(toCosts(single))).toBeGreaterThan(perAlert);
  });
});
