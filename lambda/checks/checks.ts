import type { Facts } from "../facts/facts.ts";
import { toStartAgain, type WatchedSystem } from "../facts/system.ts";
import { toAwsChecks } from "./aws-checks.ts";
import { type CheckResult, runAll } from "./check.ts";
import { toEventChecks } from "./event-checks.ts";
import { toMemoryChecks } from "./memory-checks.ts";
import { findMetaChecks } from "./meta-checks.ts";
import { findProtectChecks } from "./protect-checks.ts";
import { toSmsChecks } from "./sms-checks.ts";
import { toSubscriberChecks } from "./subscriber-checks.ts";
import { toWebhookChecks } from "./webhook-checks.ts";

/**
 * The one list of checks, for the daily watchdog and for the command `status`: whether a reset
 * request would reach a person. `now` in milliseconds since the epoch. Never throws.
 */
export async function runChecks(
  system: WatchedSystem,
  facts: Facts,
  now: number,
): Promise<CheckResult[]> {
  const groups = await Promise.all([
    runAll(toWebhookChecks(system, facts)),
    runQuickChecks(system, facts, now),
    runAll(findMetaChecks(system, facts, now)),
    runAll(findProtectChecks(system, facts)),
  ]);
  return groups.flat().map((check) => withFix(check, system));
}

/** Checks that call neither Meta nor the webhook (a call to it appears in its log). */
export async function runQuickChecks(
  system: WatchedSystem,
  facts: Facts,
  now: number,
): Promise<CheckResult[]> {
  const checks = await runAll([
    ...toSubscriberChecks(system, facts),
    ...toSmsChecks(system, facts),
    ...toEventChecks(system, facts, now),
    ...toAwsChecks(system, now),
    ...toMemoryChecks(system, facts, now),
  ]);
  return checks.map((check) => withFix(check, system));
}

/** What is gone comes back with a deploy. */
function withFix(check: CheckResult, system: WatchedSystem): CheckResult {
  return check.why === "gone" ? { ...check, fix: toStartAgain(system) } : check;
}
