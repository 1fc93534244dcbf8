import type { Facts } from "../facts/facts.ts";
import type { Memory } from "../facts/memory.ts";
import type { WatchedSystem } from "../facts/system.ts";
import { count, toAgo } from "../shared/time-text.ts";
import { type Check, type CheckOutcome, failed, ok, unknown } from "./check.ts";

/** A run a day, and some hours for a late one: as long as the alarm waits. */
const MAX_AGE_MS = 30 * 3_600_000;

/** Whether the watchdog itself runs, and remembers. */
export function toMemoryChecks(system: WatchedSystem, facts: Facts, now: number): Check[] {
  return [
    { id: "watchdog", name: "Watchdog", look: async () => checkLastRun(await facts.memory(), now) },
    { id: "memory", name: "Watchdog's memory", look: () => checkContent(system, facts) },
  ];
}

function checkLastRun(memory: Memory | undefined, now: number): CheckOutcome {
  if (!memory?.ranAt) return unknown("The watchdog has not run yet: it does so once a day.");
  const message = `The watchdog ran last ${toAgo(memory.ranAt, now)}.`;
  if (now - memory.ranAt < MAX_AGE_MS) return ok(message);
  return failed(message, 'infra/RUNBOOK.md, "Watchdog not running"');
}

/** Without its memory the watchdog cannot say which app is new: it fails at once. */
async function checkContent(
  { isWatchdog, tableName }: WatchedSystem,
  facts: Facts,
): Promise<CheckOutcome> {
  try {
    const { damaged = [] } = (await facts.memory()) ?? {};
    if (damaged.length === 0) return ok("It can be read.");
    return failed(
      `${count(damaged.length, "item")} could not be understood, and what it held is forgotten: ${damaged.slice(0, 5).join(", ")}. Apps that are new since cannot be found.`,
      `look at the apps of the account at Meta; the items are in table ${tableName}, partition watchdog`,
    );
  } catch (error) {
    if (!isWatchdog) throw error;
    return failed(
      "It cannot be read, so that new apps cannot be found and no weekly report is sent.",
      'infra/RUNBOOK.md, "Watchdog not running"',
    );
  }
}
