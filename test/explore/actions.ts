import { toClockActions } from "./clock-actions.ts";
import type { Scenario } from "./scenario.ts";
import type { Flight, Process, Shown, State } from "./state.ts";

/** One thing that can happen next. Faults say of which kind they are. */
export type Action =
  | { readonly type: "start"; readonly process: number }
  | {
      readonly type: "execute";
      readonly process: number;
      readonly send: number;
      readonly shown: readonly Shown[];
    }
  | { readonly type: "receive"; readonly process: number; readonly send: number }
  | { readonly type: "confirm"; readonly process: number }
  | {
      readonly type: "expire" | "wait";
      readonly clock: number;
      readonly outlived: readonly string[];
    }
  | { readonly type: "executeStray"; readonly stray: number }
  | { readonly type: "fail" | "lose" | "late"; readonly process: number; readonly send: number }
  | { readonly type: "crash" | "loseReply"; readonly process: number };

const NOTHING: readonly Action[] = [];

/**
 * Everything that can happen next in this state. Two steps are taken at once where they come, and
 * not at every later moment too, because nobody else can notice when they happen: reading the
 * secret (it touches no store; the clock is read only after it) and Meta's hearing of the answer.
 */
export function toActions(state: State, scenario: Scenario): readonly Action[] {
  for (const [index, process] of state.processes.entries()) {
    if (process.phase === "replied") return withinBudget(toReplyActions(index), state, scenario);
    if (isReadingSecret(process)) {
      return withinBudget(toProcessActions(index, process, state, scenario), state, scenario);
    }
  }
  const all = [
    ...state.processes.flatMap((process, index) => {
      return toProcessActions(index, process, state, scenario);
    }),
    ...toClockActions(state),
    ...state.strays.map((_, stray) => ({ type: "executeStray", stray }) as const),
  ];
  return withinBudget(all, state, scenario);
}

function isReadingSecret({ phase, point, flights }: Process): boolean {
  if (phase !== "running") return false;
  return flights.some(({ send }) => point?.sends.get(send)?.kind === "read secret");
}

function withinBudget(
  actions: readonly Action[],
  state: State,
  scenario: Scenario,
): readonly Action[] {
  return actions.filter((action) => {
    const cost = toCost(action);
    if (cost === 0) return true;
    const kind = action.type === "wait" ? "expire" : action.type;
    return cost <= state.faultsLeft && scenario.faultKinds.some((allowed) => allowed === kind);
  });
}

/** How many faults an action is. */
export function toCost(action: Action): number {
  switch (action.type) {
    case "expire":
    case "wait":
      return action.outlived.length;
    case "fail":
    case "lose":
    case "late":
    case "crash":
    case "loseReply":
      return 1;
    default:
      return 0;
  }
}

function toReplyActions(process: number): readonly Action[] {
  return [
    { type: "confirm", process },
    { type: "loseReply", process },
  ];
}

function toProcessActions(
  index: number,
  process: Process,
  state: State,
  scenario: Scenario,
): readonly Action[] {
  if (process.phase === "waiting") return [{ type: "start", process: index }];
  if (process.phase !== "running") return NOTHING;
  const actions = process.flights.flatMap((flight) => {
    return toFlightActions(index, process, flight, state, scenario);
  });
  return [...actions, { type: "crash", process: index }];
}

const READS = ["read secret", "list outbox"];

function toFlightActions(
  index: number,
  process: Process,
  { send, answer }: Flight,
  state: State,
  scenario: Scenario,
): readonly Action[] {
  const { kind = "" } = process.point?.sends.get(send) ?? {};
  const base = { process: index, send };
  if (!answer) {
    const reaches = toIndexViews(kind === "list outbox" ? state : undefined);
    return [
      ...reaches.map((shown) => ({ type: "execute", ...base, shown }) as const),
      { type: "fail", ...base },
    ];
  }
  return [
    { type: "receive", ...base },
    // A read whose answer is lost is a read that failed.
    ...(READS.includes(kind) ? [] : [{ type: "lose", ...base } as const]),
    ...(process.lateness < 2 && scenario.faultKinds.includes("late")
      ? [{ type: "late", ...base } as const]
      : []),
  ];
}

/** All that an eventually consistent index may show: of each row, now or any earlier entry. */
function toIndexViews(state: State | undefined): readonly (readonly Shown[])[] {
  let views: Shown[][] = [[]];
  for (const entries of state?.shown.values() ?? []) {
    views = views.flatMap((view) => entries.map((entry) => [...view, entry]));
  }
  return views;
}
