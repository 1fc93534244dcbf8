import type { Answer } from "../../../lambda/event/answer.ts";
import {
  type NumberState as Reported,
  type StateEvent,
  toNumberStates,
} from "../../../lambda/numbers/number-state.ts";
import { KNOWN_EVENTS } from "../../../lambda/shared/names.ts";
import type { StoredEvent } from "../../deployment/stored-event.ts";

/** A number's present state, a row of its own; by the same rules as the watchdog's reports. */
export interface NumberState {
  readonly displayPhoneNumber: string;
  readonly state: Reported["state"];
  /** Unix seconds of what brought the state about; absent when unknown. */
  readonly since?: number;
  /** Who settled it by an answer. */
  readonly says?: string;
  /** The account of the newest event. */
  readonly wabaId: string;
  readonly lastEvent: string;
  /** Unix seconds. */
  readonly lastTime: number;
}

/**
 * Each number's present state from its events in any order. Tests and events without a number are
 * left out; so are answers after `until`.
 */
export async function toStates(
  events: AsyncIterable<StoredEvent>,
  until = Number.POSITIVE_INFINITY,
): Promise<NumberState[]> {
  const found: StateEvent[] = [];
  for await (const record of events) {
    const event = toStateEvent(record, until);
    if (event) found.push(event);
  }
  return toNumberStates(withoutUndocumented(found)).map(toRow);
}

function toStateEvent(record: StoredEvent, until: number): StateEvent | undefined {
  const displayPhoneNumber = String(record.displayPhoneNumber ?? "");
  if (displayPhoneNumber === "" || record.test) return undefined;
  const { wabaId, time } = record;
  const answers = toAnswers(record).filter(({ at }) => Date.parse(at) <= until * 1000);
  return { wabaId, time, displayPhoneNumber, event: String(record.event ?? ""), answers };
}

/**
 * Nobody knows what an undocumented event means. Beside documented ones it is left out, so that a
 * number's state is the same whether or not the way it was found shows such events.
 */
function withoutUndocumented(events: readonly StateEvent[]): StateEvent[] {
  const isDocumented = ({ event }: StateEvent) => KNOWN_EVENTS.some((name) => name === event);
  const numbers = new Set(
    events.filter(isDocumented).map(({ displayPhoneNumber }) => displayPhoneNumber),
  );
  return events.filter((event) => isDocumented(event) || !numbers.has(event.displayPhoneNumber));
}

function toRow({ since, lastEvent, wabaId = "", ...state }: Reported): NumberState {
  return {
    ...state,
    ...(since !== undefined && { since: Math.floor(since / 1000) }),
    wabaId,
    lastEvent: lastEvent?.event ?? "",
    lastTime: Math.floor((lastEvent?.at ?? 0) / 1000),
  };
}

/** The answers to an event's alert, oldest first. */
export function toAnswers({ answers }: StoredEvent): Answer[] {
  return answers === undefined ? [] : JSON.parse(String(answers));
}
