import type { Message } from "../alert/message.ts";
import { type CheckResult, hasFailed } from "../checks/check.ts";
import { runChecks } from "../checks/checks.ts";
import { createFacts, type Facts } from "../checks/facts.ts";
import { type Memory, readMemory, saveMemory } from "../checks/memory.ts";
import { type Overview, readOverview } from "../checks/overview.ts";
import type { TopicName } from "../checks/subscribers.ts";
import type { WatchedSystem } from "../checks/system.ts";
import { toReason } from "../shared/invocation-metrics.ts";
import type { Log } from "../shared/log.ts";
import { METRIC } from "../shared/names.ts";
import { type MailContext, toProblemMessage, toReportMessage } from "./mail.ts";
import { failWhatLasts, isReportDue, toFailedSince, toMemory, toRecovered } from "./remember.ts";

export interface WatchdogDeps {
  readonly system: WatchedSystem;
  readonly context: MailContext;
  readonly publish: (topic: TopicName, message: Message) => Promise<void>;
  /** Tells an outside monitor that this run found nothing; absent where none is set. */
  readonly fetchHeartbeat?: (() => Promise<void>) | undefined;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * One daily run: failed checks and those that are good again go to the operations topic, once a
 * week the report goes to both topics. Throws, once all else is done, when something was not sent
 * or not remembered: then Lambda tries again, and an alarm tells.
 */
export async function runWatchdog(deps: WatchdogDeps): Promise<Overview> {
  const { system, log, now } = deps;
  const at = now();
  const faults: unknown[] = [];
  const collect = (error: unknown) => void faults.push(error);
  const memory = await readMemory(system).catch(collect);
  const facts = createFacts(system, at);
  const checks = failWhatLasts(await runChecks(system, facts, at), memory ?? undefined, at);
  const overview = await readOverview(facts, checks, at);

  await tellProblems(deps, overview, memory ?? undefined).catch(collect);
  // Without its memory a run can't know whether the report is due.
  const isDue = faults.length === 0 && isReportDue(memory ?? undefined, at);
  if (isDue) await tellReport(deps, overview).catch(collect);
  const isReported = isDue && faults.length === 0;
  await remember(system, facts, overview, memory ?? undefined, isReported).catch(collect);
  if (!hasFailed(checks) && faults.length === 0) await beat(deps);

  report(log, checks, faults);
  if (faults.length > 0) throw new Error("The watchdog's run is incomplete", { cause: faults[0] });
  return overview;
}

async function tellProblems(
  { system, context, publish }: WatchdogDeps,
  { failed, checks, at }: Overview,
  memory: Memory | undefined,
): Promise<void> {
  const recovered = toRecovered(checks, memory);
  if (failed.length === 0 && recovered.length === 0) return;
  const failedSince = toFailedSince(checks, memory, at);
  const problems = { at, failed, recovered, failedSince, flags: system.flags };
  await publish("operations", toProblemMessage(problems, context));
}

/** Whoever can be told is told, also when one topic fails. */
async function tellReport({ context, publish }: WatchdogDeps, overview: Overview): Promise<void> {
  const message = toReportMessage(overview, context);
  const ends = await Promise.allSettled([
    publish("operations", message),
    publish("alert", message),
  ]);
  const fault = ends.find((end) => end.status === "rejected");
  if (fault) throw fault.reason;
}

async function remember(
  system: WatchedSystem,
  facts: Facts,
  overview: Overview,
  memory: Memory | undefined,
  isReported: boolean,
): Promise<void> {
  await saveMemory(system, await toMemory({ facts, overview, memory, isReported }));
}

/** A monitor that can't be told will tell by itself: that is what it is for. */
async function beat({ fetchHeartbeat, log }: WatchdogDeps): Promise<void> {
  await fetchHeartbeat?.().catch((error) =>
    log.write({
      level: "WARN",
      message: "heartbeat not received",
      fields: { reason: toReason(error) },
    }),
  );
}

function report(log: Log, checks: readonly CheckResult[], faults: readonly unknown[]): void {
  const failed = checks.filter(({ state }) => state === "failed");
  // Without the account's number, which is none of the log's business.
  const ids = [...new Set(failed.map(({ id }) => id.replace(/-\d+/, "")))];
  log.write({
    level: faults.length > 0 ? "ERROR" : "INFO",
    message: "watchdog ran",
    fields: {
      ...(ids.length > 0 && { failed: ids }),
      ...(faults.length > 0 && { failures: faults.map(toReason) }),
    },
    metrics: {
      ...(faults.length === 0 && { [METRIC.watchdogRun]: 1 }),
      ...(failed.length > 0 && { [METRIC.checkFailed]: failed.length }),
    },
  });
}
