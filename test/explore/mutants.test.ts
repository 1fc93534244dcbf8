import { describe, expect, test } from "vitest";
import { createWebhook } from "../../lambda/webhook/webhook.ts";
import { describeTrace } from "./describe-trace.ts";
import { explore } from "./explore.ts";
import { loadMutant } from "./load-mutant.ts";
import { MUTANTS } from "./mutants.ts";
import { findShortest } from "./shortest.ts";

describe.each(MUTANTS)(
  "the protocol broken on purpose: $name",
  ({ name, edits, variant = [], ...mutant }) => {
    test("is caught, with the shortest way to the damage", async () => {
      const broken = await loadMutant([...variant, ...edits]);
      const counterexample = await findShortest(mutant.scenario, broken);
      if (!counterexample) throw new Error("The explorer found nothing");
      const trace = await describeTrace(counterexample, mutant.scenario, broken);
      expect(trace, `${name} was caught by something else`).toMatch(mutant.breaks);
    });

    test("and the unbroken one keeps its invariants in the same scenario", async () => {
      const unbroken = variant.length > 0 ? await loadMutant(variant) : createWebhook;
      const report = await explore(mutant.scenario, unbroken);
      expect(report.executions).toBeGreaterThan(0n);
    });
  },
);

describe("an edit whose place is gone", () => {
  test("is refused", async () => {
    const edits = [{ file: "outbox/relay.ts", find: "no such text", replace: "" }];
    await expect(loadMutant(edits)).rejects.toThrow(/outbox\/relay.ts holds 0 times, not once/);
  });
});
