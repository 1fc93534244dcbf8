import type { Move } from "./actions.ts";
import { findEvent } from "./scenario.ts";
import type { Process, World } from "./state.ts";

/** Time passes until a claim has run out; those that it outlives without cause are faults. */
export function toClockMoves(world: World): Move[] {
  const ends = new Set<number>();
  for (const item of world.rows.values()) {
    const expiresAt = Number(item.claimExpiresAt?.N);
    if (item.alert?.S === "pending" && expiresAt >= world.clock) ends.add(expiresAt + 1);
  }
  const moves: Move[] = [...ends].map((clock) => toClockMove("expire", clock, world));
  if (world.waitsLeft > 0) moves.push(toClockMove("wait", world.clock + 30_000, world));
  return moves;
}

function toClockMove(name: "expire" | "wait", clock: number, world: World): Move {
  return { do: name, clock, outlived: toOutlived(world, clock) };
}

/** The rows whose claims a living process holds, or is just writing, and which run out by then. */
function toOutlived(world: World, clock: number): string[] {
  const isOutlived = (expiresAt: unknown) =>
    Number(expiresAt) > world.clock && Number(expiresAt) < clock;
  return world.processes.flatMap((process) => {
    if (process.state !== "running") return [];
    const held = [...world.rows].filter(([_, item]) => {
      return (
        item.claimToken?.S?.startsWith(`${process.name}#`) && isOutlived(item.claimExpiresAt?.N)
      );
    });
    return [...held.map(([row]) => row), ...toClaimsUnderWay(process, isOutlived)];
  });
}

function toClaimsUnderWay(process: Process, isOutlived: (expiresAt: unknown) => boolean): string[] {
  return process.flights.flatMap(({ send, answer }) => {
    const request = process.point?.sends.get(send);
    if (!request || answer || !findEvent(request.row)) return [];
    const input = request.input as Record<string, Record<string, { N?: string }>>;
    const expiresAt = input.Item?.claimExpiresAt ?? input.ExpressionAttributeValues?.[":expiresAt"];
    return expiresAt && isOutlived(expiresAt.N) ? [request.row] : [];
  });
}
