import { type Answer, PROTECT_PLACE } from "../event/answer.ts";
import { type AcknowledgeDeps, acknowledge } from "../incident/acknowledge.ts";
import { findAnswerable } from "../numbers/find-answerable.ts";
import type { InvocationMetrics } from "../shared/invocation-metrics.ts";
import type { ProtectRequest } from "./request.ts";
import type { Announcement } from "./result.ts";

export interface AnnounceDeps {
  readonly alerts: AcknowledgeDeps;
  readonly metrics: InvocationMetrics;
}

/**
 * Appends the answer "the PIN is set", as of `at` (milliseconds); the relay announces it, after the
 * alert itself where that is still pending.
 */
export async function announce(
  { number, name, from = PROTECT_PLACE }: ProtectRequest,
  at: number,
  { alerts, metrics }: AnnounceDeps,
): Promise<Announcement> {
  const history = await alerts.table.numberHistory(number);
  const alert = findAnswerable(history, { takesPending: true });
  if (!alert) return history.some(({ answers }) => answers.length > 0) ? "full" : "no alert";
  const answer: Answer = {
    name,
    answer: "pin-set",
    at: new Date(at).toISOString(),
    from,
    origin: "protect",
  };
  const { outcome } = await acknowledge(alert, answer, alerts, metrics);
  return outcome === "refused" ? "full" : "announced";
}
