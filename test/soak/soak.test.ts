import { describe, expect, test } from "vitest";
import { toChoicesMark, toPlan } from "./plan.ts";
import { soak } from "./soak.ts";

const SIZE = { deliveries: 200, kills: 8 };

describe("the system in processes of its own, killed and cut off again and again", () => {
  test("loses nothing", async () => {
    const plan = toPlan("short", SIZE);
    const report = await soak(plan);
    expect(report).toMatchObject({ kills: 8, lost: [], surplus: [], stored: plan.events.length });
    expect(report.deliveries).toBeGreaterThanOrEqual(200);
  });
});

describe("a seed", () => {
  test("makes the same choices every time, another one makes others", () => {
    expect(toChoicesMark(toPlan("a", SIZE))).toBe(toChoicesMark(toPlan("a", SIZE)));
    expect(toChoicesMark(toPlan("a", SIZE))).not.toBe(toChoicesMark(toPlan("b", SIZE)));
  });
});
