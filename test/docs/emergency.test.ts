import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RUNBOOK_STEPS } from "../../lambda/alert/alert-text.ts";

const README = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");

test("the README says what to do on a reset request in the words of the alert", () => {
  const [, after = ""] = README.split("\n## A reset was requested: what now\n");
  const [section = ""] = after.split(/\n## /);
  const steps = [...section.matchAll(/^\d\. (.+)$/gm)].map(([, step]) => step);
  expect(steps).toEqual([...RUNBOOK_STEPS]);
});
