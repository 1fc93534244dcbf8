import type { Facts } from "../facts/facts.ts";
import { toStartAgain, type WatchedSystem } from "../facts/system.ts";
import { toAwsChecks } from "./aws-checks.ts";
import { type Check, type CheckGroup, type CheckResult, runAll } from "./check.ts";
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
export function runChecks(
  system: WatchedSystem,
  facts: Facts,
  now: number,
): Promise<CheckResult[]> {
  return run(
    system,
    toWebhookChecks(system, facts),
    toQuickChecks(system, facts, now),
    findMetaChecks(system, facts, now),
    findProtectChecks(system, facts),
  );
}

/** Only those that call neither Meta nor the webhook (a call to it appears in its log). */
export function runQuickChecks(
  system: WatchedSystem,
  facts: Facts,
  now: number,
): Promise<CheckResult[]> {
  return run(system, toQuickChecks(system, facts, now));
}

function toQuickChecks(system: WatchedSystem, facts: Facts, now: number): Check[] {
  return [
    ...toSubscriberChecks(system, facts),
    ...toSmsChecks(system, facts),
    ...toEventChecks(system, facts, now),
    ...toAwsChecks(system, now),
    ...toMemoryChecks(system, facts, now),
  ];
}

/** A deploy makes again what is gone. */
async function run(
  system: WatchedSystem,
  ...groups: readonly CheckGroup[]
): Promise<CheckResult[]> {
  const checks = await runAll(...groups);
  const fix = toStartAgain(system);
  return checks.map((check) => (check.why === "gone" ? { ...check, fix } : check));
}
