import { expect, test } from "vitest";
import { RUNBOOK_STEPS } from "../../lambda/alert/alert-text.ts";
import { readSection } from "./documents.ts";

test("the README says what to do on a reset request in the words of the alert", () => {
  const section = readSection("README.md", "A reset was requested: what now");
  const steps = [...section.matchAll(/^\d\. (.+)$/gm)].map(([, step]) => step);
  expect(steps).toEqual([...RUNBOOK_STEPS]);
});
