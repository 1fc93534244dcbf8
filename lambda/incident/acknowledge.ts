import type { Answer } from "../event/answer.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import type { EventTable } from "../outbox/event-table.ts";
import type { InvocationMetrics } from "../shared/invocation-metrics.ts";
import { METRIC } from "../shared/names.ts";
import type { AnswerTable } from "./answer-table.ts";

export interface AcknowledgeDeps {
  readonly table: Pick<EventTable, "find" | "numberHistory">;
  readonly answers: AnswerTable;
}

/** So many are kept with an event. */
export const MAX_ANSWERS = 10;

/** `repeated`: this person has said so already. `refused`: no further answer can be given. */
export type Acknowledged = "added" | "repeated" | "refused";

/**
 * Appends a person's answer to this alert and to every open one of its number. It is announced by
 * one of them, the first to which it is new.
 */
export async function acknowledge(
  stored: StoredAlert,
  answer: Answer,
  deps: AcknowledgeDeps,
  metrics: InvocationMetrics,
): Promise<Acknowledged> {
  const first = await append(stored, answer, false, deps, metrics);
  let isAnnounced = first === "added";
  for (const other of await findOthers(stored, deps)) {
    const appended = await append(other, answer, isAnnounced, deps, metrics);
    isAnnounced ||= appended === "added";
  }
  return isAnnounced ? "added" : first;
}

/** A number's newest events; of older ones none is open. */
const HISTORY = 100;

/** The number's other open alerts. The index may be late, so the table decides. */
async function findOthers(
  { event }: StoredAlert,
  { table }: AcknowledgeDeps,
): Promise<readonly StoredAlert[]> {
  if (!event.displayPhoneNumber || event.test) return [];
  const history = await table.numberHistory(event.displayPhoneNumber, HISTORY);
  const maybeOpen = history.filter(
    (other) => isOpenSoon(other) && !other.event.test && !isSame(other.event, event),
  );
  const now = await Promise.all(maybeOpen.map((other) => table.find(other.event)));
  return now.filter((other) => other !== undefined).filter(({ alert }) => alert === "open");
}

function isOpenSoon({ alert }: StoredAlert): boolean {
  return alert === "open" || alert === "pending";
}

function isSame(a: StoredAlert["event"], b: StoredAlert["event"]): boolean {
  return a.wabaId === b.wabaId && a.eventKey === b.eventKey;
}

const MAX_TRIES = 10;

/** Tries again with what others have changed meanwhile; each of them has added an answer. */
async function append(
  stored: StoredAlert,
  answer: Answer,
  isAnnounced: boolean,
  { table, answers }: AcknowledgeDeps,
  metrics: InvocationMetrics,
): Promise<Acknowledged> {
  let known: StoredAlert | undefined = stored;
  for (let tries = 0; known && tries < MAX_TRIES; tries += 1) {
    if (known.answers.some((given) => isRepeat(given, answer))) return "repeated";
    if (!canAnswer(known)) return "refused";
    if (await answers.append(known, answer, isAnnounced)) {
      if (known.answers.length === 0) countFirst(known, answer, metrics);
      return "added";
    }
    known = await table.find(known.event);
  }
  throw new Error("The alert changed at each try to answer it");
}

function isRepeat(given: Answer, { name, answer }: Answer): boolean {
  return given.name === name && given.answer === answer;
}

/** An alert that repeats until it is answered, or did; with less answers than are kept. */
export function canAnswer({ alert, answers, event }: StoredAlert): boolean {
  const isAnswerable = alert !== "none" && alert !== "published" && !event.test;
  return isAnswerable && answers.length < MAX_ANSWERS;
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
