import { type Answer, isConfirmed } from "../event/answer.ts";
import type { EventId } from "../event/event-item.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { isTaken } from "../numbers/offer.ts";
import { toStanding } from "../numbers/unanswered.ts";
import type { InvocationMetrics } from "../shared/invocation-metrics.ts";
import { METRIC } from "../shared/metric-names.ts";
import type { AnswerTable } from "./answer-table.ts";
import { type AlertReader, findTargets, type Target } from "./answer-targets.ts";

export interface AcknowledgeDeps {
  readonly table: AlertReader;
  readonly answers: AnswerTable;
}

/**
 * `added`: it counts for an alert that waited. `noted`: it is stored, but no alert waited for it.
 * `repeated`: this person has just said so. `refused`: no further answer can be given.
 */
export type Outcome = "added" | "noted" | "repeated" | "refused";

export interface Acknowledged {
  readonly outcome: Outcome;
  /** The event that announces the answer: the first to which it is new. */
  readonly announcedBy?: EventId;
}

/** Appends a person's answer to each alert that it is for: see `findTargets`. */
export async function acknowledge(
  stored: StoredAlert,
  answer: Answer,
  deps: AcknowledgeDeps,
  metrics: InvocationMetrics,
): Promise<Acknowledged> {
  let announcedBy: EventId | undefined;
  const outcomes: Outcome[] = [];
  for (const target of await findTargets(stored, answer, deps.table)) {
    const outcome = await append(target, answer, announcedBy !== undefined, deps, metrics);
    if (outcome === "added" || outcome === "noted") announcedBy ??= target.known.event;
    outcomes.push(outcome);
  }
  const outcome = RANK.find((each) => outcomes.includes(each)) ?? "refused";
  return { outcome, ...(announcedBy && { announcedBy }) };
}

const RANK: readonly Outcome[] = ["added", "noted", "repeated", "refused"];

const MAX_TRIES = 10;

/** Tries again with what others have changed meanwhile. */
async function append(
  { known: found, states }: Target,
  answer: Answer,
  isAnnounced: boolean,
  { table, answers }: AcknowledgeDeps,
  metrics: InvocationMetrics,
): Promise<Outcome> {
  let known: StoredAlert | undefined = found;
  for (let tries = 0; known && tries < MAX_TRIES; tries += 1) {
    if (isRepeat(known, answer)) return "repeated";
    const isFor = states?.includes(known.alert) ?? true;
    if (!isFor || !isTaken(known, isConfirmed(answer) ? "credentials" : "link")) return "refused";
    if (await answers.append(known, answer, isAnnounced)) {
      if (known.answers.length === 0 && answer.answer !== "reopen")
        countFirst(known, answer, metrics);
      return counts(known, answer) ? "added" : "noted";
    }
    known = await table.find(known.event);
  }
  throw new Error("The alert changed at each try to answer it");
}

/** A form is sent twice by accident within minutes; "I am handling it" later is said again. */
const HANDLING_AGAIN_MS = 5 * 60_000;

/**
 * Whether the person's last answer says the same. A confirmed answer is more than a claim, so it does
 * not repeat one; `protect` sets another PIN each time. `reopen` repeats only the very last answer.
 */
function isRepeat({ answers }: StoredAlert, answer: Answer): boolean {
  if (answer.answer === "reopen") return isSameReopen(answers.at(-1), answer);
  const last = toStanding(answers).findLast(({ name }) => name === answer.name);
  if (last?.answer !== answer.answer || answer.origin === "protect") return false;
  if (isConfirmed(answer) && !isConfirmed(last)) return false;
  const age = Math.abs(Date.parse(answer.at) - Date.parse(last.at));
  return answer.answer !== "handling" || age < HANDLING_AGAIN_MS;
}

function isSameReopen(last: Answer | undefined, { name }: Answer): boolean {
  return last?.answer === "reopen" && last.name === name;
}

/** A link is too weak for an alert that has lapsed: see `LinkScope`. */
function counts({ alert }: StoredAlert, answer: Answer): boolean {
  if (answer.answer === "reopen") return true;
  if (alert === "lapsed") return isConfirmed(answer);
  return alert === "open" || alert === "pending";
}

function countFirst(
  { publishedAt, event }: StoredAlert,
  { at }: Answer,
  metrics: InvocationMetrics,
): void {
  const waited = Date.parse(at) - Date.parse(publishedAt ?? event.receivedAt);
  metrics.add(METRIC.incidentAcknowledged);
  metrics.sample(METRIC.acknowledgementMinutes, Math.max(0, Math.round(waited / 60_000)));
}
