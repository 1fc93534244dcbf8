import type { Item } from "../../lambda/event/event-item.ts";
import type { Action } from "./actions.ts";
import type { Answer } from "./memory-table.ts";
import { findEvent, type Scenario } from "./scenario.ts";
import { type Process, type State, toDueAt } from "./state.ts";

/** Time passes until a claim has run out; those that it outlives without cause are faults. */
export function toClockActions(state: State, { isInstant }: Scenario): Action[] {
  const ends = new Set<number>();
  for (const item of state.rows.values()) {
    const dueAt = toDueAt(item);
    if (!isInstant && item.outbox && dueAt >= state.clock) ends.add(dueAt + 1);
  }
  const actions: Action[] = [...ends].map((clock) => toClockAction("expire", clock, state));
  if (state.waitsLeft > 0) actions.push(toClockAction("wait", state.clock + 30_000, state));
  return actions;
}

function toClockAction(name: "expire" | "wait", clock: number, state: State): Action {
  return { type: name, clock, outlived: toOutlived(state, clock) };
}

/** The rows whose claims a living process holds, or is just writing, and which run out by then. */
function toOutlived(state: State, clock: number): string[] {
  const isOutlived = (expiresAt: number) => expiresAt > state.clock && expiresAt < clock;
  return state.processes.flatMap((process) => {
    if (process.phase !== "running") return [];
    const held = [...state.rows].filter(([_, item]) => {
      return item.claimToken?.S?.startsWith(`${process.name}#`) && isOutlived(toDueAt(item));
    });
    return [...held.map(([row]) => row), ...toClaimsUnderWay(process, isOutlived)];
  });
}

/** What DynamoDB refuses in one form is stored in another, with the same claim. */
function isOver(answer: Answer | undefined): boolean {
  if (!answer) return false;
  return !("error" in answer && answer.error.name === "ValidationException");
}

interface ClaimInput {
  readonly Item?: Item;
  readonly ExpressionAttributeValues?: Item;
}

function toClaimsUnderWay(process: Process, isOutlived: (expiresAt: number) => boolean): string[] {
  return process.flights.flatMap(({ send, answer }) => {
    const request = process.point?.sends.get(send);
    if (!request || isOver(answer) || !findEvent(request.row)) return [];
    const { Item = {}, ExpressionAttributeValues } = request.input as ClaimInput;
    const expiresAt = ExpressionAttributeValues?.[":expiresAt"]?.N ?? toDueAt(Item);
    return isOutlived(Number(expiresAt)) ? [request.row] : [];
  });
}
