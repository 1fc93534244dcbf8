import type { Answer, AnswerKind } from "../event/answer.ts";
import type { EventId } from "../event/event-item.ts";
import { toInstant } from "../event/event-time.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { findReopenable } from "./find-answerable.ts";
import { type Incident, toIncident } from "./incident.ts";
import { type PinState, PROTECTION_STATES, type Protection } from "./known.ts";
import { toOffered } from "./offer.ts";
import { compareEvents, toEffect } from "./order.ts";
import { toProtection } from "./protection.ts";
import { toSentence } from "./sentence.ts";
import { findEnd } from "./unanswered.ts";

/** All that is said about a number, for every view: none has a rule of its own. */
export interface NumberState extends Protection {
  readonly displayPhoneNumber: string;
  /** In one sentence, with the claim. Times stand beside it. */
  readonly sentence: string;
  /** What somebody said by a link, and nothing confirms. It changes no state. */
  readonly claim?: Answer;
  /** Its alerts that nobody has ended. */
  readonly incident?: Incident;
  /** The alert that can be opened again, where none waits and somebody has ended one. */
  readonly ended?: EndedAlert;
  /**
   * What can be answered with AWS credentials: to the incident, else to what was ended. That can be
   * opened again, and while the number's state is bad or a claim, it takes the other answers too.
   */
  readonly offered: readonly AnswerKind[];
  /** What a person said of it last. */
  readonly answer?: Answer;
  readonly wabaId?: string;
  readonly lastEvent?: { readonly event: string; readonly at: number };
}

export interface EndedAlert extends EventId {
  /** When it was ended, milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Each number's present state, the worst first: by its events in the order in which Meta sent them,
 * by what people answered, and by what Meta said when asked.
 */
export function toNumberStates(
  history: readonly StoredAlert[],
  readings: readonly PinState[] = [],
): NumberState[] {
  const byNumber = Map.groupBy(history, ({ event }) => event.displayPhoneNumber ?? "");
  const readingsByNumber = Map.groupBy(readings, (each) => toDigits(each.displayPhoneNumber));
  for (const number of readingsByNumber.keys()) {
    if (!byNumber.has(number)) byNumber.set(number, []);
  }
  return [...byNumber]
    .filter(([number, found]) => readingsByNumber.has(number) || found.some(isReal))
    .map(([number, found]) =>
      toNumberState(number, found, readingsByNumber.get(toDigits(number)) ?? []),
    )
    .sort((a, b) => rank(a) - rank(b) || a.displayPhoneNumber.localeCompare(b.displayPhoneNumber));
}

function rank({ state }: NumberState): number {
  return PROTECTION_STATES.indexOf(state);
}

/** Events carry digits; the Graph API writes "+1 555-078-3881". */
export function toDigits(number: string): string {
  return /^\+?[\d\s().\-/]+$/.test(number) ? number.replace(/\D/g, "") : number;
}

/** The state of one number; `history`: all its events, in any order. Tests are left out. */
export function toNumberState(
  displayPhoneNumber: string,
  history: readonly StoredAlert[],
  readings: readonly PinState[],
): NumberState {
  // In order, so that of answers of one instant the same one counts however they were read.
  const real = history.filter(isReal).sort((a, b) => compareEvents(a.event, b.event));
  const protection = toProtection(real, readings);
  const incident = toIncident(real);
  const ended = incident ? undefined : toEnded(real);
  const canConfirm = ended !== undefined && needsConfirmation(protection);
  const answer = findLastAnswer(real);
  return {
    displayPhoneNumber,
    ...protection,
    sentence: toSentence(protection),
    ...(incident && { incident }),
    ...(ended && { ended }),
    offered: [...toOffered(incident !== undefined || canConfirm), ...(ended ? REOPEN : [])],
    ...(answer && { answer }),
    ...toLast(real),
  };
}

const REOPEN = ["reopen"] as const;

/** Whether an answer with AWS credentials settles what nothing else does, though no alert waits. */
function needsConfirmation({ state, claim }: ReturnType<typeof toProtection>): boolean {
  return claim !== undefined || state === "UNPROTECTED" || state === "disputed";
}

function isReal({ event }: StoredAlert): boolean {
  return !event.test;
}

function toEnded(history: readonly StoredAlert[]): EndedAlert | undefined {
  const last = findReopenable(history);
  const end = last && findEnd(last);
  if (!end) return undefined;
  const { wabaId, eventKey } = last.event;
  return { wabaId, eventKey, at: Date.parse(end.at) };
}

function findLastAnswer(history: readonly StoredAlert[]): Answer | undefined {
  return history
    .flatMap(({ answers }) => answers)
    .reduce<Answer | undefined>(
      (last, each) => (last && Date.parse(last.at) > Date.parse(each.at) ? last : each),
      undefined,
    );
}

/**
 * The last event that Meta documents, if there is one: not every way of reading events finds those
 * of other names.
 */
function toLast(history: readonly StoredAlert[]): Pick<NumberState, "wabaId" | "lastEvent"> {
  const events = history.map(({ event }) => event);
  const last = events.findLast(toEffect) ?? events.at(-1);
  if (!last) return {};
  return { wabaId: last.wabaId, lastEvent: { event: last.event ?? "", at: toInstant(last) } };
}
