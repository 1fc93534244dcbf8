import { describe, expect, test } from "vitest";
import { toChoicesMark, toPlan } from "./plan.ts";
import { soak } from "./soak.ts";

const SIZE = { deliveries: 100, kills: 4 };

describe("the system in processes of its own, killed and cut off again and again", () => {
  test("loses nothing", async () => {
    const plan = toPlan("short", SIZE);
    const report = await soak(plan);
    expect(report).toMatchObject({ kills: 4, lost: [], surplus: [], stored: plan.events.length });
    expect(report.deliveries).toBeGreaterThanOrEqual(100);
  });
});

describe("a seed", () => {
  test("makes the same choices every time, another one makes others", () => {
    expect(toChoicesMark(toPlan("a", SIZE))).toBe(toChoicesMark(toPlan("a", SIZE)));
    expect(toChoicesMark(toPlan("a", SIZE))).not.toBe(toChoicesMark(toPlan("b", SIZE)));
  });
});
