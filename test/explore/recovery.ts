import type { Action } from "./actions.ts";
import { apply } from "./apply.ts";
import { crash } from "./faults.ts";
import { checkRecovered, checkRedelivery } from "./invariants.ts";
import { toOutboxEntry } from "./memory-table.ts";
import type { Context } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import type { Process, Role, Shown, State } from "./state.ts";

/** Called with every action of a recovery, before and after. */
export type Watch = (before: State, action: Action, after: State) => void;

type Step = "Meta delivers again" | "claims run out" | "the relay ticks";

export type Order = readonly Step[];

const ORDERS: readonly Order[] = [
  ["Meta delivers again", "claims run out", "the relay ticks"],
  ["claims run out", "Meta delivers again", "the relay ticks"],
  ["claims run out", "the relay ticks", "Meta delivers again"],
];

const WITHOUT_RELAY: readonly Order[] = [["claims run out", "Meta delivers again"]];

/** Every process gone at once. */
export function stopAll(state: State): State {
  const running = state.processes.map((_, index) => index);
  return running.reduce(
    (stopped, index) =>
      stopped.processes[index]?.phase === "running" ? crash(stopped, index) : stopped,
    state,
  );
}

/** The orders in which a system can recover. */
export function toOrders({ relay }: Scenario): readonly Order[] {
  return relay ? ORDERS : WITHOUT_RELAY;
}

/**
 * From now on nothing fails: Meta delivers again what it sent and has not heard a 200 for, claims
 * run out and the relay ticks once, in this order, and in the end the invariants hold.
 */
export async function recover(
  stopped: State,
  order: Order,
  context: Context,
  watch: Watch = () => {},
): Promise<void> {
  const sent = toSent(stopped);
  let state: State = { ...stopped, processes: [], strays: [] };
  for (const step of order) state = await take(step, state, sent, context, watch);
  checkRecovered(
    state,
    sent.map((delivery) => context.scenario.deliveries[delivery] ?? ""),
  );
}

/** The deliveries that Meta has sent at all. */
function toSent({ processes }: State): number[] {
  return processes.flatMap(({ role, phase }) => {
    return role === "tick" || phase === "waiting" ? [] : [role.delivery];
  });
}

async function take(
  step: Step,
  state: State,
  sent: readonly number[],
  context: Context,
  watch: Watch,
): Promise<State> {
  switch (step) {
    case "claims run out":
      return runOut(state, watch);
    case "the relay ticks":
      return runAlone(state, "recovery tick", "tick", context, watch);
    case "Meta delivers again":
      return redeliver(state, sent, context, watch);
  }
}

function runOut(state: State, watch: Watch): State {
  const ends = [...state.rows.values()].map((item) => Number(item.dueAt?.N ?? 0) + 1);
  const clock = Math.max(state.clock, ...ends);
  if (clock === state.clock) return state;
  const after = { ...state, clock };
  watch(state, { type: "expire", clock, outlived: [] }, after);
  return after;
}

async function redeliver(
  before: State,
  sent: readonly number[],
  context: Context,
  watch: Watch,
): Promise<State> {
  let state = before;
  for (const delivery of sent) {
    if (state.confirmed[delivery]) continue;
    const name = `redelivery ${delivery + 1}`;
    state = await runAlone(state, name, { delivery }, context, watch);
    checkRedelivery(state, name, context.scenario.deliveries[delivery] ?? "", delivery);
  }
  return state;
}

/** One invocation from start to end, every request at once answered. */
async function runAlone(
  before: State,
  name: string,
  role: Role,
  context: Context,
  watch: Watch,
): Promise<State> {
  const process: Process = {
    name,
    role,
    phase: "waiting",
    flights: [],
    lateness: 0,
    unmarked: [],
  };
  let state: State = { ...before, processes: [process] };
  for (let action = toNext(state); action; action = toNext(state)) {
    const after = await apply(state, action, context);
    watch(state, action, after);
    state = after;
  }
  return state;
}

function toNext(state: State): Action | undefined {
  const process = state.processes[0];
  if (process?.phase === "waiting") return { type: "start", process: 0 };
  if (process?.phase === "replied") return { type: "confirm", process: 0 };
  const flight = process?.flights[0];
  if (!flight) return undefined;
  const { send, answer } = flight;
  if (answer) return { type: "receive", process: 0, send };
  return { type: "execute", process: 0, send, shown: toFreshView(state) };
}

function toFreshView({ rows }: State): Shown[] {
  return [...rows.values()].map(toOutboxEntry);
}
