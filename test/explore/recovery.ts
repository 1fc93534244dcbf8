import type { Move } from "./actions.ts";
import { perform } from "./apply.ts";
import { die } from "./faults.ts";
import { checkRecovered, checkRedelivery } from "./invariants.ts";
import { toOutboxEntry } from "./memory-table.ts";
import type { Stage } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import type { Process, Role, Shown, World } from "./state.ts";

/** Called with every move of a recovery, before and after. */
export type Watch = (before: World, move: Move, after: World) => void;

type Step = "Meta delivers again" | "claims run out" | "the relay ticks";

export type Order = readonly Step[];

const ORDERS: readonly Order[] = [
  ["Meta delivers again", "claims run out", "the relay ticks"],
  ["claims run out", "Meta delivers again", "the relay ticks"],
  ["claims run out", "the relay ticks", "Meta delivers again"],
];

const WITHOUT_RELAY: readonly Order[] = [["claims run out", "Meta delivers again"]];

/** Every process gone at once. */
export function stopAll(world: World): World {
  const running = world.processes.map((_, index) => index);
  return running.reduce(
    (stopped, index) =>
      stopped.processes[index]?.state === "running" ? die(stopped, index) : stopped,
    world,
  );
}

/** The orders in which a system can recover. */
export function toOrders({ relay }: Scenario): readonly Order[] {
  return relay ? ORDERS : WITHOUT_RELAY;
}

/**
 * From now on nothing fails: Meta delivers again what it sent and has not heard a 200 for, claims
 * run out and the relay ticks once, in this order, and in the end the promises hold.
 */
export async function recover(
  stopped: World,
  order: Order,
  stage: Stage,
  watch: Watch = () => {},
): Promise<void> {
  const sent = toSent(stopped);
  let world: World = { ...stopped, processes: [], strays: [] };
  for (const step of order) world = await take(step, world, sent, stage, watch);
  checkRecovered(
    world,
    sent.map((delivery) => stage.scenario.deliveries[delivery] ?? ""),
  );
}

/** The deliveries that Meta has sent at all. */
function toSent({ processes }: World): number[] {
  return processes.flatMap(({ role, state }) => {
    return role === "tick" || state === "waiting" ? [] : [role.delivery];
  });
}

async function take(
  step: Step,
  world: World,
  sent: readonly number[],
  stage: Stage,
  watch: Watch,
): Promise<World> {
  switch (step) {
    case "claims run out":
      return runOut(world, watch);
    case "the relay ticks":
      return runAlone(world, "recovery tick", "tick", stage, watch);
    case "Meta delivers again":
      return redeliver(world, sent, stage, watch);
  }
}

function runOut(world: World, watch: Watch): World {
  const ends = [...world.rows.values()].map((item) => Number(item.claimExpiresAt?.N ?? 0) + 1);
  const clock = Math.max(world.clock, ...ends);
  if (clock === world.clock) return world;
  const after = { ...world, clock };
  watch(world, { do: "expire", clock, outlived: [] }, after);
  return after;
}

async function redeliver(
  before: World,
  sent: readonly number[],
  stage: Stage,
  watch: Watch,
): Promise<World> {
  let world = before;
  for (const delivery of sent) {
    if (world.acknowledged[delivery]) continue;
    const name = `redelivery ${delivery + 1}`;
    world = await runAlone(world, name, { delivery }, stage, watch);
    checkRedelivery(world, name, stage.scenario.deliveries[delivery] ?? "", delivery);
  }
  return world;
}

/** One invocation from start to end, every request at once answered. */
async function runAlone(
  before: World,
  name: string,
  role: Role,
  stage: Stage,
  watch: Watch,
): Promise<World> {
  const process: Process = {
    name,
    role,
    state: "waiting",
    flights: [],
    lateness: 0,
    unmarked: [],
  };
  let world: World = { ...before, processes: [process] };
  for (let move = toNext(world); move; move = toNext(world)) {
    const after = await perform(world, move, stage);
    watch(world, move, after);
    world = after;
  }
  return world;
}

function toNext(world: World): Move | undefined {
  const process = world.processes[0];
  if (process?.state === "waiting") return { do: "start", process: 0 };
  if (process?.state === "replied") return { do: "acknowledge", process: 0 };
  const flight = process?.flights[0];
  if (!flight) return undefined;
  const { send, answer } = flight;
  if (answer) return { do: "hear", process: 0, send };
  return { do: "reach", process: 0, send, shown: toFreshView(world) };
}

function toFreshView({ rows }: World): Shown[] {
  return [...rows.values()].map(toOutboxEntry);
}
