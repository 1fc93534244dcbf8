import { toAgo } from "../shared/text.ts";
import { type CheckOutcome, type CheckResult, failed, ok, runCheck, unknown } from "./check.ts";
import type { Facts } from "./facts.ts";
import type { Memory } from "./memory.ts";

/** A run a day, and some hours for a late one: as long as the alarm waits. */
const MAX_AGE_MS = 30 * 3_600_000;

/** Whether the watchdog itself runs. */
export async function checkMemory(facts: Facts, now: number): Promise<CheckResult[]> {
  return [
    await runCheck("watchdog", "Watchdog", async () => checkLastRun(await facts.memory(), now)),
  ];
}

function checkLastRun(memory: Memory | undefined, now: number): CheckOutcome {
  if (!memory) return unknown("The watchdog has not run yet: it does so once a day.");
  const message = `The watchdog ran last ${toAgo(memory.ranAt, now)}.`;
  if (now - memory.ranAt < MAX_AGE_MS) return ok(message);
  return failed(message, 'infra/RUNBOOK.md, "Watchdog not running"');
}
