import { describe, expect, test } from "vitest";
import { toLines } from "./meta.ts";
import { toChoicesMark, toPlan } from "./plan.ts";
import { limit, soak } from "./soak.ts";

const SIZE = { deliveries: 100, kills: 4 };

describe("the system in processes of its own, killed and cut off again and again", () => {
  test("loses nothing", async () => {
    const plan = toPlan("short", SIZE);
    const report = await soak(plan, 500);
    expect(report).toMatchObject({ kills: 4, lost: [], surplus: [], stored: plan.events.length });
    expect(report.deliveries).toBeGreaterThanOrEqual(100);
  });
});

describe("a run that does not end", () => {
  test("fails after its limit", async () => {
    const run = soak(toPlan("endless", SIZE), 0.001);
    await expect(run).rejects.toThrow("not ended after 0.001 seconds, while starting the engines");
  });

  test("says what it was waiting for", async () => {
    const details = () => ["3 of 4 kills", ...toLines(new Map([[7, 2]]))];
    const run = limit(new Promise(() => {}), 0.001, { step: "delivering", details });
    await expect(run).rejects.toThrow(
      "while delivering\n  3 of 4 kills\n  delivery 7: 2 tries failed",
    );
  });
});

describe("a seed", () => {
  test("makes the same choices every time, another one makes others", () => {
    expect(toChoicesMark(toPlan("a", SIZE))).toBe(toChoicesMark(toPlan("a", SIZE)));
    expect(toChoicesMark(toPlan("a", SIZE))).not.toBe(toChoicesMark(toPlan("b", SIZE)));
  });
});
