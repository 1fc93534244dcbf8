import type { StoredEvent } from "../../deployment/stored-event.ts";

/** From the worst to the best. */
export const STATES = ["UNPROTECTED", "reset requested", "unknown", "protected"] as const;

export interface NumberState {
  readonly displayPhoneNumber: string;
  readonly state: (typeof STATES)[number];
  /** Unix seconds of the event that brought the state about; absent when unknown. */
  readonly since?: number;
  /** The account of the newest event. */
  readonly wabaId: string;
  readonly lastEvent: string;
  /** Unix seconds. */
  readonly lastTime: number;
}

/**
 * Each number's present state from its events in any order, by the time at which Meta sent them.
 * Tests and events without a number are left out. The worst state comes first.
 */
export async function toStates(events: AsyncIterable<StoredEvent>): Promise<NumberState[]> {
  const byNumber = new Map<string, StoredEvent[]>();
  for await (const { value: _, ...record } of events) {
    const number = String(record.displayPhoneNumber ?? "");
    if (number === "" || record.test) continue;
    const known = byNumber.get(number);
    if (known) known.push(record);
    else byNumber.set(number, [record]);
  }
  const states = [...byNumber].map(([number, records]) => toState(number, records));
  return states.sort(
    (a, b) =>
      STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
      a.displayPhoneNumber.localeCompare(b.displayPhoneNumber),
  );
}

/** Of events in one second, whose order nobody knows, the worst counts as the last. */
const SEVERITY: readonly unknown[] = ["PIN_CHANGED", "PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"];

function toState(displayPhoneNumber: string, records: readonly StoredEvent[]): NumberState {
  const inOrder = records.toSorted(
    (a, b) => a.time - b.time || SEVERITY.indexOf(a.event) - SEVERITY.indexOf(b.event),
  );
  const last = inOrder.at(-1);
  return {
    displayPhoneNumber,
    ...inOrder.reduce(toNext, { state: "unknown" }),
    wabaId: last?.wabaId ?? "",
    lastEvent: String(last?.event ?? ""),
    lastTime: last?.time ?? 0,
  };
}

type Protection = Pick<NumberState, "state" | "since">;

function toNext(before: Protection, { event, time }: StoredEvent): Protection {
  const after = toStateAfter(before.state, event);
  return after === before.state ? before : { state: after, since: time };
}

/** Asking for a reset takes no protection away, and gives none back. */
function toStateAfter(before: NumberState["state"], event: unknown): NumberState["state"] {
  if (event === "PIN_CHANGED") return "protected";
  if (event === "PIN_REQUEST_SUCCESS") return "UNPROTECTED";
  if (event === "PIN_RESET_REQUEST" && before !== "UNPROTECTED") return "reset requested";
  return before;
}
