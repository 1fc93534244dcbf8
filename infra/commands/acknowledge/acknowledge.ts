import { type Answer, type AnswerKind, OFFERED_ANSWERS } from "../../../lambda/event/answer.ts";
import {
  type AcknowledgeDeps,
  acknowledge as append,
} from "../../../lambda/incident/acknowledge.ts";
import { createAnswerTable } from "../../../lambda/incident/answer-table.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { CONCURRENCY } from "../../../lambda/shared/clients.ts";
import { createInvocationMetrics } from "../../../lambda/shared/invocation-metrics.ts";
import { inParallel } from "../../../lambda/shared/parallel.ts";
import type { CommonOptions } from "../../cli/command.ts";
import { UserError } from "../../cli/errors.ts";
import type { Progress, Terminal } from "../../cli/terminal.ts";
import { toPrintable } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { openDeployment } from "../../deployment/open.ts";
import { toServiceTime } from "../../deployment/service-time.ts";
import { type FoundAlert, findAlertOf, findAllAlerts } from "./find.ts";
import { type Answered, toJson, toLines } from "./report.ts";

export interface AcknowledgeOptions extends CommonOptions {
  readonly phone?: string;
  readonly all?: boolean;
  readonly as: string;
  readonly answer?: AnswerKind;
  readonly reopen?: boolean;
}

export interface CommandDeps {
  readonly options: AcknowledgeOptions;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Returns 0 when every answer is stored; throws a UserError when there is nothing to answer. */
export async function acknowledge({ options, terminal, now }: CommandDeps): Promise<number> {
  const kind = toKind(options);
  const deployment = await openDeployment(options);
  const found = await terminal.withSpinner("Looking for alerts", () => find(deployment, options));
  const answer: Answer = {
    name: options.as,
    answer: kind,
    at: new Date(toServiceTime(deployment, now())).toISOString(),
    from: "terminal",
    origin: "terminal",
  };
  const answered = await terminal.withSpinner("Answering", (progress) =>
    answerAll(deployment, found, answer, progress),
  );
  if (answered.length === 0) throw new UserError(toNothing(deployment, options));
  if (options.json) terminal.print(toJson(answer, answered));
  else for (const line of toLines(answer, answered)) terminal.print(line);
  const isNothing = answered.every(({ outcome }) => outcome === "refused");
  return isNothing || answered.some(({ outcome }) => outcome === "failed") ? 1 : 0;
}

function toKind({ phone, all, answer, reopen }: AcknowledgeOptions): AnswerKind {
  if (phone === undefined && !all) {
    throw new UserError("Name the number with --phone, or answer every alert with --all.");
  }
  if (reopen) return "reopen";
  if (answer) return answer;
  throw new UserError(`Say what you know with --answer: ${OFFERED_ANSWERS.join(", ")}.`);
}

function find(
  deployment: Deployment,
  { phone, reopen = false }: AcknowledgeOptions,
): Promise<readonly FoundAlert[]> {
  return phone ? findAlertOf(deployment, phone, reopen) : findAllAlerts(deployment);
}

async function answerAll(
  deployment: Deployment,
  found: readonly FoundAlert[],
  answer: Answer,
  progress: Progress,
): Promise<readonly Answered[]> {
  const { dynamodb: client, tableName } = deployment;
  const deps: AcknowledgeDeps = {
    table: createEventTable({ client, tableName }),
    answers: createAnswerTable({ client, tableName, retentionDays: "unknown" }),
  };
  const answered: Answered[] = [];
  let done = 0;
  await inParallel(found, CONCURRENCY, async (alert) => {
    const one = await answerOne(alert, answer, deps).catch((error) => {
      if (found.length === 1) throw error;
      return { event: alert, outcome: "failed" } as const;
    });
    if (one) answered.push(one);
    done += 1;
    progress(`${done.toLocaleString("en-US")} of ${found.length.toLocaleString("en-US")}`);
  });
  return answered;
}

/** Undefined for a pending alert, which is answered once it is out, and for what is gone meanwhile. */
async function answerOne(
  alert: FoundAlert,
  answer: Answer,
  deps: AcknowledgeDeps,
): Promise<Answered | undefined> {
  const stored = await deps.table.find(alert);
  if (!stored || stored.alert === "pending") return undefined;
  const { outcome } = await append(stored, answer, deps, createInvocationMetrics());
  return { event: stored.event, outcome };
}

function toNothing(deployment: Deployment, { phone, reopen }: AcknowledgeOptions): string {
  const about = phone === undefined ? "" : ` of ${toPrintable(phone)}`;
  const what = reopen ? "no alert was ended or has lapsed" : "no alert takes an answer";
  const history = deployment.command("history", { phone });
  return `Nothing was changed: ${what}${about}. What was published is in the history: ${history}`;
}
