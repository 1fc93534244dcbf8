import type { Answer } from "../event/answer.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { type AcknowledgeDeps, acknowledge } from "../incident/acknowledge.ts";
import type { InvocationMetrics } from "../shared/invocation-metrics.ts";
import type { ProtectRequest } from "./request.ts";
import type { Announcement } from "./result.ts";

export interface AnnounceDeps {
  readonly alerts: AcknowledgeDeps;
  readonly metrics: InvocationMetrics;
}

/** A number's newest events: an answer is for one of them. */
export const HISTORY = 100;

/** Appends the answer "the PIN is set", as of `at` (milliseconds); the relay announces it. */
export async function announce(
  { number, name }: ProtectRequest,
  at: number,
  { alerts, metrics }: AnnounceDeps,
): Promise<Announcement> {
  const history = await alerts.table.numberHistory(number, HISTORY);
  const alert = findAlert(history);
  if (!alert) return "no alert";
  const answer: Answer = {
    name,
    answer: "pin-set",
    at: new Date(at).toISOString(),
    from: "protect",
    origin: "protect",
  };
  const result = await acknowledge(alert, answer, alerts, metrics);
  return result === "refused" ? "full" : "announced";
}

const OPEN = ["open", "pending", "lapsed", "superseded"];
const ANSWERABLE = [...OPEN, "acknowledged", "published"];

/** The newest one that waits for an answer, else the newest one that takes another. */
function findAlert(history: readonly StoredAlert[]): StoredAlert | undefined {
  const real = history.filter(({ event }) => !event.test);
  const find = (states: readonly string[]) => real.find(({ alert }) => states.includes(alert));
  return find(OPEN) ?? find(ANSWERABLE);
}
