import type { Message } from "../alert/content/notice.ts";
import { type CheckResult, failed } from "../checks/check.ts";
import type { Overview } from "../checks/overview.ts";
import type { Memory } from "../facts/memory.ts";
import type { TopicName } from "../facts/subscribers.ts";
import type { WatchedSystem } from "../facts/system.ts";
import { toReason } from "../shared/invocation-metrics.ts";
import { type MailContext, toProblemMessage, toReportMessage } from "./mail.ts";
import { toFailedSince, toRecovered } from "./remember.ts";

export interface MailDeps {
  readonly system: WatchedSystem;
  readonly context: MailContext;
  readonly publish: (topic: TopicName, message: Message) => Promise<void>;
}

/** Resolves with why the operations topic did not take the mail, if it did not. */
export async function mailProblems(
  deps: MailDeps,
  overview: Overview,
  memory: Memory | undefined,
): Promise<unknown> {
  const { failed, checks, at } = overview;
  const recovered = toRecovered(checks, memory);
  if (failed.length === 0 && recovered.length === 0) return undefined;
  const failedSince = toFailedSince(checks, memory, at);
  return mail(deps, (also) => {
    const all = { ...overview, failed: [...also, ...failed] };
    const { command } = deps.system;
    return toProblemMessage({ overview: all, recovered, failedSince, command }, deps.context);
  });
}

export function mailReport(deps: MailDeps, overview: Overview): Promise<unknown> {
  return mail(deps, (also) => {
    const failed = [...also, ...overview.failed];
    return toReportMessage({ ...overview, failed }, deps.context);
  });
}

/**
 * Publishes to the operations topic, or else to the alert topic, with the reason among the failed
 * checks. Throws when neither takes it.
 */
async function mail(
  { publish }: MailDeps,
  compose: (also: readonly CheckResult[]) => Message,
): Promise<unknown> {
  try {
    await publish("operations", compose([]));
    return undefined;
  } catch (error) {
    const outcome = failed(
      `The operations topic took no mail (${toReason(error)}), so that this one goes to the alert topic.`,
      'infra/RUNBOOK.md, "Watchdog not running"',
    );
    await publish("alert", compose([{ id: "operations-mail", name: "Mail", ...outcome }]));
    return error;
  }
}
