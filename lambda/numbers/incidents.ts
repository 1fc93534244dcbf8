import type { HistoryEvent } from "./history.ts";

/** A number's alert that nobody has answered. */
export interface Incident {
  readonly displayPhoneNumber: string;
  readonly wabaId: string;
  /** Key of its oldest unanswered alert: an answer to it is one to all of the number. */
  readonly eventKey: string;
  readonly event: string;
  /** When its oldest unanswered alert was received, milliseconds since the epoch. */
  readonly since: number;
  /** Whether it is no longer repeated, because nobody answered in time. */
  readonly lapsed: boolean;
}

/**
 * The oldest first, one for each number, whatever the account, as an answer is to all alerts of a
 * number; without a number, one for each alert.
 */
export function toIncidents(history: readonly HistoryEvent[]): Incident[] {
  const unanswered = history.filter(
    ({ alert, answers }) => (alert === "open" || alert === "lapsed") && answers.length === 0,
  );
  const byNumber = Map.groupBy(
    unanswered,
    ({ displayPhoneNumber, wabaId, eventKey }) => displayPhoneNumber || `${wabaId} ${eventKey}`,
  );
  const incidents = [...byNumber.values()].map((events) => {
    const [oldest] = events.toSorted((a, b) => a.receivedAt - b.receivedAt) as [HistoryEvent];
    return {
      displayPhoneNumber: oldest.displayPhoneNumber,
      wabaId: oldest.wabaId,
      eventKey: oldest.eventKey,
      event: oldest.event,
      since: oldest.receivedAt,
      lapsed: events.every(({ alert }) => alert === "lapsed"),
    };
  });
  return incidents.sort((a, b) => a.since - b.since);
}
