import { toAgo } from "../shared/text.ts";
import type { CheckResult } from "./check.ts";
import { runQuickChecks } from "./checks.ts";
import { createFacts, type Facts } from "./facts.ts";
import { type Overview, readOverview } from "./overview.ts";
import type { WatchedSystem } from "./system.ts";

/**
 * The overview as it is now, without a question to Meta or a request to the webhook: it is looked
 * at often. Of checks that need those, what the watchdog found last.
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
  const known = new Set(checks.map(({ id }) => id));
  return Object.entries(memory?.failedSince ?? {})
    .filter(([id]) => !known.has(id))
    .map(([id, since]) => ({
      id,
      name: toName(id),
      state: "failed",
      message: `Failed first ${toAgo(since, now)}, and still when the watchdog ran ${toAgo(memory?.ranAt ?? since, now)}.`,
      fix: "see its mail on the operations topic",
    }));
}

/** `operations-subscribers` as "Operations subscribers". */
function toName(id: string): string {
  const words = id.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
