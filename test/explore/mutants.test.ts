import { describe, expect, test } from "vitest";
import { describeTrace } from "./describe-trace.ts";
import { explore } from "./explore.ts";
import { loadMutant } from "./load-mutant.ts";
import type { Edit } from "./mutant.ts";
import { MUTANTS } from "./mutants.ts";
import type { Scenario } from "./scenario.ts";
import { findShortest } from "./shortest.ts";
import { createWebhook } from "./system.ts";

const explored = new Map<string, ReturnType<typeof explore>>();

/** Once for all mutants of a scenario. */
async function exploreUnbroken(scenario: Scenario, variant: readonly Edit[]) {
  const key = JSON.stringify([{ ...scenario, name: "" }, variant]);
  const unbroken = variant.length > 0 ? await loadMutant(variant) : createWebhook;
  const report = explored.get(key) ?? explore(scenario, unbroken);
  explored.set(key, report);
  return report;
}

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
      const report = await exploreUnbroken(mutant.scenario, variant);
      expect(report.executions).toBeGreaterThan(0n);
    });
  },
);

test("an edit whose place is gone is refused", async () => {
  const edits = [["outbox/relay.ts", "no such text", ""] as const];
  await expect(loadMutant(edits)).rejects.toThrow(/outbox\/relay.ts holds 0 times, not once/);
});
