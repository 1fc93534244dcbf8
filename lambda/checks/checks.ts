import type { Facts } from "../facts/facts.ts";
import { toStartAgain, type WatchedSystem } from "../facts/system.ts";
import { checkAws } from "./aws-checks.ts";
import type { CheckResult } from "./check.ts";
import { checkEvents } from "./event-checks.ts";
import { checkMemory } from "./memory-checks.ts";
import { checkMeta } from "./meta-checks.ts";
import { checkProtect } from "./protect-checks.ts";
import { checkSms } from "./sms-checks.ts";
import { checkSubscribers } from "./subscriber-checks.ts";
import { checkWebhook } from "./webhook-checks.ts";

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
    checkWebhook(system, facts),
    runQuickChecks(system, facts, now),
    checkMeta(system, facts, now),
    checkProtect(system, facts),
  ]);
  return groups.flat().map((check) => withFix(check, system));
}

/** Checks that call neither Meta nor the webhook (a call to it appears in its log). */
export async function runQuickChecks(
  system: WatchedSystem,
  facts: Facts,
  now: number,
): Promise<CheckResult[]> {
  const groups = await Promise.all([
    checkSubscribers(system, facts),
    checkSms(system, facts),
    checkEvents(system, facts, now),
    checkAws(system, now),
    checkMemory(system, facts, now),
  ]);
  return groups.flat().map((check) => withFix(check, system));
}

/** What is gone comes back with a deploy. */
function withFix(check: CheckResult, system: WatchedSystem): CheckResult {
  return check.why === "gone" ? { ...check, fix: toStartAgain(system) } : check;
}
