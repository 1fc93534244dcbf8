import type { Facts } from "../facts/facts.ts";
import type { WatchedSystem } from "../facts/system.ts";
import { PERMISSION, PIN_PERMISSION, WITHOUT_PIN_PERMISSION } from "../meta/token.ts";
import { toSentence } from "../shared/sentence.ts";
import { count } from "../shared/time-text.ts";
import { type Check, type CheckOutcome, failed, ok } from "./check.ts";

/** Whether the watchdog's function could set a PIN, where a setting lets it; it sets none. */
export async function findProtectChecks(system: WatchedSystem, facts: Facts): Promise<Check[]> {
  if (!system.aws || !(await facts.settings().catch(() => undefined))?.protect) return [];
  return [{ id: "protect", name: "New PINs", look: () => check(system, facts) }];
}

async function check(system: WatchedSystem, facts: Facts): Promise<CheckOutcome> {
  const keep = system.command("connect", "--keep-token");
  const token = await facts.token();
  if (!token) return system.isWatchdog ? failed(NO_TOKEN, keep) : describeLastRun(facts, keep);
  const generate = `generate a token with both permissions (${PERMISSION}, ${PIN_PERMISSION}), then ${keep}`;
  if (!token.canSetPins) return failed(WITHOUT_PIN_PERMISSION, generate);
  const accounts = (await facts.accounts()) ?? [];
  const ends = await Promise.allSettled(accounts.map(({ numbers }) => numbers));
  const faults = ends.flatMap((end) => (end.status === "rejected" ? [toSentence(end.reason)] : []));
  const [fault] = faults;
  if (fault === undefined) return ok(`A new PIN can be set in ${count(ends.length, "account")}.`);
  return failed(`No PIN can be set in ${count(faults.length, "account")}: ${fault}`);
}

const NO_TOKEN = "The setting protect is on, but no token is kept: the function cannot set a PIN.";

/** The token is the watchdog's alone: a command without one shows what the watchdog saw. */
async function describeLastRun(facts: Facts, keep: string): Promise<CheckOutcome> {
  const memory = await facts.memory();
  if (memory?.failedSince.protect === undefined) {
    return ok("The watchdog's function checks each day that it could set a PIN.");
  }
  return failed("The watchdog found that its function could not set a PIN.", keep);
}
