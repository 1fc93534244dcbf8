import type { CheckResult } from "../checks/check.ts";
import { runChecks } from "../checks/checks.ts";
import { type Overview, readOverview } from "../checks/overview.ts";
import { createFacts } from "../facts/facts.ts";
import { toReason } from "../shared/invocation-metrics.ts";
import type { Log } from "../shared/log.ts";
import { METRIC } from "../shared/metric-names.ts";
import { type MailDeps, mailProblems, mailReport } from "./publish-mail.ts";
import { failLastingOutages, isReportDue, toMemory } from "./remember.ts";
import { saveMemory } from "./save-memory.ts";

export interface WatchdogDeps extends MailDeps {
  /** Calls an outside monitor, which alerts when calls stop; absent where none is set. */
  readonly fetchHeartbeat?: (() => Promise<void>) | undefined;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * One daily run: failed checks and those that are good again are mailed, and once a week the report.
 * The memory is written only if it was read, and only after the mails that it stands for were
 * published. Throws, once all else is done, when something was not sent or not remembered: then
 * Lambda tries again, and an alarm is raised.
 */
export async function runWatchdog(deps: WatchdogDeps): Promise<Overview> {
  const { system, log, now } = deps;
  const at = now();
  const facts = createFacts(system, at);
  const read = await attempt(() => facts.memory());
  const memory = read.value;
  const checks = failLastingOutages(await runChecks(system, facts, at), memory, at);
  const overview = await readOverview(facts, checks, at);

  const problems = await attempt(() => mailProblems(deps, overview, memory));
  const isDue = !read.fault && isReportDue(memory, at);
  const report = await attempt(async () => isDue && (await mailReport(deps, overview)));
  const isReported = isDue && !report.fault;
  const saved = await attempt(async () => {
    if (read.fault || problems.fault) return;
    await saveMemory(system, await toMemory({ facts, overview, memory, isReported }), memory);
  });

  const ends = [read, problems, report, saved];
  const faults = ends.flatMap(({ fault }) => (fault ? [fault.error] : []));
  const refusals = [problems.value, report.value].filter((each) => each !== undefined && !!each);
  if (isWell(overview) && faults.length + refusals.length === 0) await pingHeartbeat(deps);
  writeLog(log, checks, [...faults, ...refusals], faults.length === 0);
  if (faults.length > 0) throw new Error("The watchdog's run is incomplete", { cause: faults[0] });
  return overview;
}

interface Attempt<T> {
  readonly value?: T | undefined;
  readonly fault?: { readonly error: unknown };
}

async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  return work().then(
    (value) => ({ value }),
    (error: unknown) => ({ fault: { error } }),
  );
}

/** Nothing failed, and nothing is unknown that should be known. */
function isWell({ failed, unchecked, unread }: Overview): boolean {
  return failed.length + unchecked.length + unread.length === 0;
}

/** Without a retry: the monitor alerts when the calls stop. */
async function pingHeartbeat({ fetchHeartbeat, log }: WatchdogDeps): Promise<void> {
  await fetchHeartbeat?.().catch((error) =>
    log.write({
      level: "WARN",
      message: "heartbeat not received",
      fields: { reason: toReason(error) },
    }),
  );
}

function writeLog(
  log: Log,
  checks: readonly CheckResult[],
  failures: readonly unknown[],
  isWhole: boolean,
): void {
  const failed = checks.filter(({ state }) => state === "failed");
  // Ids of accounts stay out of the log.
  const ids = [...new Set(failed.map(({ id }) => id.replace(/-\d+/, "")))];
  log.write({
    level: failures.length > 0 ? "ERROR" : "INFO",
    message: "watchdog ran",
    fields: {
      ...(ids.length > 0 && { failed: ids }),
      ...(failures.length > 0 && { failures: failures.map(toReason) }),
    },
    metrics: {
      ...(isWhole && { [METRIC.watchdogRun]: 1 }),
      ...(failed.length > 0 && { [METRIC.checkFailed]: failed.length }),
    },
  });
}
