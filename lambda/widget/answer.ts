import { type AcknowledgeDeps, acknowledge, type Outcome } from "../incident/acknowledge.ts";
import { parseName } from "../incident/submission.ts";
import type { Notice } from "../page/overview-parts.ts";
import { createInvocationMetrics } from "../shared/invocation-metrics.ts";
import type { Log } from "../shared/log.ts";
import type { AnswerRequest } from "./request.ts";

export interface AnswerDeps {
  readonly alerts: AcknowledgeDeps;
  /** Of the webhook's metrics: where the other answers are counted too. */
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Stores an answer, as the incident page does; the relay announces it with its next tick. IAM has
 * let this person invoke the function, so no code is asked for.
 */
export async function answerAlert(
  { wabaId, eventKey, answer }: AnswerRequest,
  typedName: string,
  { alerts, log, now }: AnswerDeps,
): Promise<Notice> {
  const parsed = parseName(typedName);
  if ("error" in parsed) {
    return { tone: "alarm", text: `The answer was not stored. ${parsed.error}` };
  }
  const stored = await alerts.table.find({ wabaId, eventKey });
  if (!stored) return NOTICES.refused;
  const at = new Date(now()).toISOString();
  const given = {
    name: parsed.name,
    answer,
    at,
    from: "the dashboard",
    origin: "dashboard",
  } as const;
  const metrics = createInvocationMetrics();
  const { outcome } = await acknowledge(stored, given, alerts, metrics);
  log.write({
    level: "INFO",
    message: "incident answered",
    fields: { from: "dashboard", outcome },
    metrics: metrics.values,
  });
  return NOTICES[outcome];
}

const NOTICES: Readonly<Record<Outcome, Notice>> = {
  added: { tone: "calm", text: "Your answer is stored. All subscribers get it within a minute." },
  noted: {
    tone: "calm",
    text: "Your answer is stored. All subscribers get it within a minute. This alert did not wait for one: it ended nothing.",
  },
  repeated: { tone: "calm", text: "You have given this answer already." },
  refused: { tone: "alarm", text: "This alert takes no further answer." },
};
