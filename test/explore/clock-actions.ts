import type { Action } from "./actions.ts";
import { findEvent } from "./scenario.ts";
import type { Process, State } from "./state.ts";

/** Time passes until a claim has run out; those that it outlives without cause are faults. */
export function toClockActions(state: State): Action[] {
  const ends = new Set<number>();
  for (const item of state.rows.values()) {
    const expiresAt = Number(item.dueAt?.N);
    if (item.alert?.S === "pending" && expiresAt >= state.clock) ends.add(expiresAt + 1);
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
  const isOutlived = (expiresAt: unknown) =>
    Number(expiresAt) > state.clock && Number(expiresAt) < clock;
  return state.processes.flatMap((process) => {
    if (process.phase !== "running") return [];
    const held = [...state.rows].filter(([_, item]) => {
      return item.claimToken?.S?.startsWith(`${process.name}#`) && isOutlived(item.dueAt?.N);
    });
    return [...held.map(([row]) => row), ...toClaimsUnderWay(process, isOutlived)];
  });
}

function toClaimsUnderWay(process: Process, isOutlived: (expiresAt: unknown) => boolean): string[] {
  return process.flights.flatMap(({ send, answer }) => {
    const request = process.point?.sends.get(send);
    if (!request || answer || !findEvent(request.row)) return [];
    const input = request.input as Record<string, Record<string, { N?: string }>>;
    const expiresAt = input.Item?.dueAt ?? input.ExpressionAttributeValues?.[":expiresAt"];
    return expiresAt && isOutlived(expiresAt.N) ? [request.row] : [];
  });
}
