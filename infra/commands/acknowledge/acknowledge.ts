import type { Answer, AnswerKind } from "../../../lambda/event/answer.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { toEventWords, toNumber } from "../../../lambda/event/words.ts";
import {
  type AcknowledgeDeps,
  type Acknowledged,
  acknowledge as append,
  MAX_ANSWERS,
} from "../../../lambda/incident/acknowledge.ts";
import { createAnswerTable } from "../../../lambda/incident/answer-table.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createInvocationMetrics } from "../../../lambda/shared/invocation-metrics.ts";
import type { CommonOptions } from "../../cli/command.ts";
import { UserError } from "../../cli/errors.ts";
import type { Terminal } from "../../cli/terminal.ts";
import { count, toPrintable, wrap } from "../../cli/text.ts";
import { type Deployment, toCommand } from "../../deployment/deployment.ts";
import { openDeployment } from "../../deployment/open.ts";
import { findAlertOf, findOpenAlerts } from "./find.ts";

export interface AcknowledgeOptions extends CommonOptions {
  readonly phone?: string;
  readonly all?: boolean;
  readonly as: string;
  readonly answer: AnswerKind;
}

export interface CommandDeps {
  readonly options: AcknowledgeOptions;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface Answered {
  readonly stored: StoredAlert;
  readonly result: Acknowledged;
}

/** Returns 0 when the answer is stored; throws a UserError when there is nothing to answer. */
export async function acknowledge({ options, terminal, now }: CommandDeps): Promise<number> {
  assertTarget(options);
  const deployment = await openDeployment(options);
  const answer: Answer = {
    name: options.as,
    answer: options.answer,
    at: new Date(now()).toISOString(),
    from: "terminal",
    origin: "terminal",
  };
  const answered = await terminal.withSpinner("Answering", () =>
    answerAll(deployment, options, answer),
  );
  if (options.json) terminal.print(toJson(answer, answered));
  else for (const line of toLines(answer, answered)) terminal.print(line);
  return answered.every(({ result }) => result === "refused") ? 1 : 0;
}

function assertTarget({ phone, all }: AcknowledgeOptions): void {
  if (phone !== undefined || all) return;
  throw new UserError("Name the number with --phone, or answer every open alert with --all.");
}

async function answerAll(
  deployment: Deployment,
  { phone }: AcknowledgeOptions,
  answer: Answer,
): Promise<Answered[]> {
  const { dynamodb: client, tableName } = deployment;
  const deps: AcknowledgeDeps = {
    table: createEventTable({ client, tableName }),
    answers: createAnswerTable({ client, tableName, retentionDays: "unknown" }),
  };
  const found = await (phone ? findAlertOf(deployment, phone) : findOpenAlerts(deployment));
  const answered = new Map<string, Answered>();
  for (const id of found) {
    const stored = await deps.table.find(id);
    // An answer is for all open alerts of a number; the index may still show what is gone.
    if (!stored || answered.has(toSubject(stored))) continue;
    const result = await append(stored, answer, deps, createInvocationMetrics());
    answered.set(toSubject(stored), { stored, result });
  }
  if (answered.size > 0) return [...answered.values()];
  throw new UserError(toNothingOpen(deployment, phone));
}

function toSubject({ event }: StoredAlert): string {
  return event.displayPhoneNumber ?? `${event.wabaId} ${event.eventKey}`;
}

function toNothingOpen(deployment: Deployment, phone: string | undefined): string {
  const about = phone === undefined ? "" : ` about ${toPrintable(phone)}`;
  const history = toCommand("history", deployment, phone && `--phone ${JSON.stringify(phone)}`);
  return `Nothing is open${about}: no alert waits for an answer. What was told is in the history: ${history}`;
}

function toLines({ name, answer }: Answer, answered: readonly Answered[]): string[] {
  const added = answered.filter(({ result }) => result === "added").length;
  return [
    ...answered.map(toLine),
    ...(added > 0
      ? wrap(
          `${count(added, "answer")} stored: ${answer}, says ${toPrintable(name)}. Everybody who gets the alerts is told within about a minute, many answers in one message; nothing is repeated any more.`,
        )
      : ["Nothing was changed."]),
  ];
}

function toLine({ stored: { event }, result }: Answered): string {
  return `${toPrintable(`${toNumber(event)}: ${toEventWords(event).short}`)}, ${RESULTS[result]}`;
}

const RESULTS: Readonly<Record<Acknowledged, string>> = {
  added: "answered",
  repeated: "has this answer already",
  refused: `takes no further answer (at most ${MAX_ANSWERS})`,
};

function toJson(answer: Answer, answered: readonly Answered[]): string {
  const alerts = answered.map(({ stored: { event }, result }) => ({
    wabaId: event.wabaId,
    eventKey: event.eventKey,
    event: event.event,
    displayPhoneNumber: event.displayPhoneNumber,
    result,
  }));
  return JSON.stringify({ answer, alerts }, null, 2);
}
