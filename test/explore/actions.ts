import { toClockMoves } from "./clock-actions.ts";
import type { Scenario } from "./scenario.ts";
import type { Flight, Process, Shown, World } from "./state.ts";

/** One thing that can happen next. Faults say of which kind they are. */
export type Move =
  | { readonly do: "start"; readonly process: number }
  | {
      readonly do: "reach";
      readonly process: number;
      readonly send: number;
      readonly shown: readonly Shown[];
    }
  | { readonly do: "hear"; readonly process: number; readonly send: number }
  | { readonly do: "acknowledge"; readonly process: number }
  | { readonly do: "expire" | "wait"; readonly clock: number; readonly outlived: readonly string[] }
  | { readonly do: "land"; readonly stray: number }
  | { readonly do: "fail" | "lose" | "late"; readonly process: number; readonly send: number }
  | { readonly do: "die" | "reply"; readonly process: number };

const NOTHING: readonly Move[] = [];

/**
 * Everything that can happen next in this world. Two steps are taken at once where they come, and
 * not at every later moment too, because nobody else can notice when they happen: reading the
 * secret (it touches no store; the clock is read only after it) and Meta's hearing of the answer.
 */
export function toMoves(world: World, scenario: Scenario): readonly Move[] {
  for (const [index, process] of world.processes.entries()) {
    if (process.state === "replied") return withinBudget(toReplyMoves(index), world, scenario);
    if (isReadingSecret(process)) {
      return withinBudget(toProcessMoves(index, process, world, scenario), world, scenario);
    }
  }
  const all = [
    ...world.processes.flatMap((process, index) => {
      return toProcessMoves(index, process, world, scenario);
    }),
    ...toClockMoves(world),
    ...world.strays.map((_, stray) => ({ do: "land", stray }) as const),
  ];
  return withinBudget(all, world, scenario);
}

function isReadingSecret({ state, point, flights }: Process): boolean {
  if (state !== "running") return false;
  return flights.some(({ send }) => point?.sends.get(send)?.kind === "read secret");
}

function withinBudget(moves: readonly Move[], world: World, scenario: Scenario): readonly Move[] {
  return moves.filter((move) => {
    const cost = toCost(move);
    if (cost === 0) return true;
    const kind = move.do === "wait" ? "expire" : move.do;
    return cost <= world.faultsLeft && scenario.faultKinds.some((allowed) => allowed === kind);
  });
}

/** How many faults a move is. */
export function toCost(move: Move): number {
  switch (move.do) {
    case "expire":
    case "wait":
      return move.outlived.length;
    case "fail":
    case "lose":
    case "late":
    case "die":
    case "reply":
      return 1;
    default:
      return 0;
  }
}

function toReplyMoves(process: number): readonly Move[] {
  return [
    { do: "acknowledge", process },
    { do: "reply", process },
  ];
}

function toProcessMoves(
  index: number,
  process: Process,
  world: World,
  scenario: Scenario,
): readonly Move[] {
  if (process.state === "waiting") return [{ do: "start", process: index }];
  if (process.state !== "running") return NOTHING;
  const moves = process.flights.flatMap((flight) => {
    return toFlightMoves(index, process, flight, world, scenario);
  });
  return [...moves, { do: "die", process: index }];
}

const READS = ["read secret", "list outbox"];

function toFlightMoves(
  index: number,
  process: Process,
  { send, answer }: Flight,
  world: World,
  scenario: Scenario,
): readonly Move[] {
  const { kind = "" } = process.point?.sends.get(send) ?? {};
  const base = { process: index, send };
  if (!answer) {
    const reaches = toIndexViews(kind === "list outbox" ? world : undefined);
    return [
      ...reaches.map((shown) => ({ do: "reach", ...base, shown }) as const),
      { do: "fail", ...base },
    ];
  }
  return [
    { do: "hear", ...base },
    // A read whose answer is lost is a read that failed.
    ...(READS.includes(kind) ? [] : [{ do: "lose", ...base } as const]),
    ...(process.lateness < 2 && scenario.faultKinds.includes("late")
      ? [{ do: "late", ...base } as const]
      : []),
  ];
}

/** All that an eventually consistent index may show: of each row, now or any earlier entry. */
function toIndexViews(world: World | undefined): readonly (readonly Shown[])[] {
  let views: Shown[][] = [[]];
  for (const entries of world?.shown.values() ?? []) {
    views = views.flatMap((view) => entries.map((entry) => [...view, entry]));
  }
  return views;
}
