import { type Answer, toError } from "./memory-table.ts";
import { resume, type Stage, toSend } from "./run.ts";
import { arrive } from "./services.ts";
import { type Flight, plusOne, toProcess, type World, withProcess } from "./state.ts";

const UNREACHABLE: Answer = { error: toError("TimeoutError") };

/** One attempt has failed: the SDK tries again, or the code hears of it. */
export async function fail(
  world: World,
  index: number,
  number: number,
  stage: Stage,
): Promise<World> {
  const process = toProcess(world, index);
  const flight = process.flights.find(({ send }) => send === number);
  if (flight && flight.attempt < stage.scenario.attempts) {
    const again: Flight = { send: number, attempt: flight.attempt + 1 };
    const flights = process.flights.map((other) => (other === flight ? again : other));
    return withProcess(world, index, { flights });
  }
  const { kind, row } = toSend(process, number);
  const isInDoubt = kind === "mark" && process.unmarked.includes(row);
  const doubtful = isInDoubt ? withDoubt(world, index, row) : world;
  return resume(doubtful, index, number, UNREACHABLE, stage);
}

/** Whether this row was alerted is known to nobody from now on. */
function withDoubt(world: World, index: number, row: string): World {
  const unmarked = toProcess(world, index).unmarked.filter((other) => other !== row);
  const ambiguous = plusOne(world.ambiguous, row);
  return withProcess({ ...world, ambiguous }, index, { unmarked });
}

export async function lose(
  world: World,
  index: number,
  number: number,
  stage: Stage,
): Promise<World> {
  const process = toProcess(world, index);
  const { kind, row } = toSend(process, number);
  const flight = process.flights.find(({ send }) => send === number);
  const isInDoubt = kind === "publish" && flight?.answer && "output" in flight.answer;
  return fail(isInDoubt ? withDoubt(world, index, row) : world, index, number, stage);
}

export function die(world: World, index: number): World {
  const { unmarked } = toProcess(world, index);
  const doubtful = unmarked.filter((row) => world.rows.get(row)?.alert?.S === "pending");
  const ambiguous = doubtful.reduce(plusOne, world.ambiguous);
  return withProcess({ ...world, ambiguous }, index, { state: "gone", flights: [] });
}

/** Requests that were given up unanswered, as the scenario says: one of them, or all. */
export function withStrays(world: World, index: number, { scenario }: Stage, only?: number): World {
  if (!scenario.strays) return world;
  const process = toProcess(world, index);
  const lost = process.flights.filter(({ send, answer }) => {
    return !answer && (only === undefined || send === only);
  });
  const strays = lost
    .map(({ send }) => ({ process: process.name, send: toSend(process, send) }))
    .filter(({ send }) => !["read secret", "list outbox"].includes(send.kind));
  return { ...world, strays: [...world.strays, ...strays] };
}

export function land(before: World, number: number): World {
  const stray = before.strays[number];
  if (!stray) throw new Error(`There is no stray ${number}`);
  const { kind, row } = stray.send;
  const doubt = kind === "publish" ? plusOne(before.ambiguous, row) : before.ambiguous;
  const { world } = arrive({ ...before, ambiguous: doubt }, stray.send, [], 0);
  return { ...world, strays: world.strays.filter((other) => other !== stray) };
}
