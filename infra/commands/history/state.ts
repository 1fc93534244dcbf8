import type { Answer } from "../../../lambda/event/answer.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import type { PinState } from "../../../lambda/numbers/known.ts";
import {
  type NumberState as Reported,
  toDigits,
  toNumberStates,
} from "../../../lambda/numbers/number-state.ts";
import type { StoredEvent } from "../../deployment/stored-event.ts";

/** A number's present state, a row of its own; by the same rules as every other view. */
export interface NumberState {
  readonly displayPhoneNumber: string;
  readonly state: Reported["state"];
  /** Unix seconds of what brought the state about; absent when unknown. */
  readonly since?: number;
  /** All that is said about it, in one sentence. */
  readonly sentence: string;
  /** The account of the newest event. */
  readonly wabaId: string;
  readonly lastEvent: string;
  /** Unix seconds. */
  readonly lastTime: number;
}

/**
 * Each number's state from its events, in any order, and from what Meta said. Tests and events
 * without a number are left out; so are answers, and what Meta said, after `until` (Unix seconds).
 */
export function toStates(
  alerts: readonly StoredAlert[],
  readings: readonly PinState[],
  until = Number.POSITIVE_INFINITY,
): NumberState[] {
  const isIn = (at: number) => !(at > until * 1000);
  const ofNumbers = alerts
    .filter(({ event }) => event.displayPhoneNumber)
    .map((alert) => {
      const answers = alert.answers.filter(({ at }) => isIn(Date.parse(at)));
      return { ...alert, answers };
    });
  const known = new Set(ofNumbers.map(({ event }) => toDigits(event.displayPhoneNumber ?? "")));
  const ofThem = readings.filter(({ displayPhoneNumber, at }) => {
    return known.has(toDigits(displayPhoneNumber)) && isIn(at);
  });
  return toNumberStates(ofNumbers, ofThem).map(toRow);
}

function toRow({ since, lastEvent, wabaId = "", ...number }: Reported): NumberState {
  return {
    displayPhoneNumber: number.displayPhoneNumber,
    state: number.state,
    ...(since !== undefined && { since: Math.floor(since / 1000) }),
    sentence: number.sentence,
    wabaId,
    lastEvent: lastEvent?.event ?? "",
    lastTime: Math.floor((lastEvent?.at ?? 0) / 1000),
  };
}

/** The answers to an event's alert, oldest first. */
export function toAnswers({ answers }: StoredEvent): Answer[] {
  return answers === undefined ? [] : JSON.parse(String(answers));
}
