import { createFacts, type Facts } from "../facts/facts.ts";
import type { Instants } from "../facts/memory.ts";
import type { WatchedSystem } from "../facts/system.ts";
import { capitalise } from "../shared/plain-text.ts";
import { toAgo } from "../shared/time-text.ts";
import { type CheckOutcome, type CheckResult, failed, unread } from "./check.ts";
import { runQuickChecks } from "./checks.ts";
import { type Overview, readOverview } from "./overview.ts";

/**
 * The overview as it is now, without a request to Meta or the webhook, because it is looked at often.
 * Of the checks that need such a request it has what the watchdog found last.
 */
export async function readQuickOverview(system: WatchedSystem, now: number): Promise<Overview> {
  const facts = createFacts(system, now, { asksMeta: false });
  const checks = await runQuickChecks(system, facts, now);
  const remembered = await readRemembered(facts, checks, now);
  return readOverview(facts, [...checks, ...remembered], now);
}

/** Only what a quick check does not look at by itself. */
async function readRemembered(
  facts: Facts,
  checks: readonly CheckResult[],
  now: number,
): Promise<CheckResult[]> {
  const memory = await facts.memory().catch(() => undefined);
  if (!memory) return [];
  const known = new Set(checks.map(({ id }) => id));
  const ran = toAgo(memory.ranAt, now);
  const toResults = (times: Instants, toOutcome: (since: string) => CheckOutcome) =>
    Object.entries(times)
      .filter(([id]) => !known.has(id))
      .map(([id, since]) => ({ id, name: toName(id), ...toOutcome(toAgo(since, now)) }));
  const failing = toResults(memory.failedSince, (since) =>
    failed(
      `Failed first ${since}, and still when the watchdog ran ${ran}.`,
      "see its mail on the operations topic",
    ),
  );
  const unseen = toResults(memory.unreadSince, () =>
    unread(`It could not be read when the watchdog ran ${ran}.`),
  );
  return [...failing, ...unseen.filter(({ id }) => memory.failedSince[id] === undefined)];
}

/** `operations-subscribers` as "Operations subscribers". */
function toName(id: string): string {
  return capitalise(id.replaceAll("-", " "));
}
