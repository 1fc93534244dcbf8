import { FUNCTION } from "../../lambda/shared/names.ts";
import type { Application, CodePoint } from "./application.ts";
import { checkAwaited, checkDurable } from "./invariants.ts";
import type { Answer } from "./memory-table.ts";
import type { Send } from "./requests.ts";
import { type Scenario, TICK, toRequest } from "./scenario.ts";
import { arrive } from "./services.ts";
import { type Process, type Shown, toId, toProcess, type World, withProcess } from "./state.ts";

/** What stays the same throughout an exploration. */
export interface Stage {
  readonly application: Application;
  readonly scenario: Scenario;
}

export async function start(world: World, index: number, stage: Stage): Promise<World> {
  const { name, role } = toProcess(world, index);
  const letters = role === "tick" ? "" : (stage.scenario.deliveries[role.delivery] ?? "");
  const event = role === "tick" ? TICK : toRequest(letters);
  const point = await stage.application.start({ name, event, clock: world.clock });
  return standAt(withProcess(world, index, { state: "running" }), index, point, stage);
}

/** The process now waits at this point of its code, or has ended there. */
function standAt(world: World, index: number, point: CodePoint, { scenario }: Stage): World {
  const { name, role, flights } = toProcess(world, index);
  const { ending, sends } = point;
  if (!ending) {
    const known = new Set(flights.map(({ send }) => send));
    const fresh = [...sends.keys()].filter((send) => !known.has(send));
    const all = [...flights, ...fresh.map((send) => ({ send, attempt: 1 }))];
    return withProcess(world, index, { point, flights: all });
  }
  checkAwaited(name, sends.size, ending.thrown);
  const isSuccess = role !== "tick" && ending.statusCode === 200;
  if (isSuccess) checkDurable(world, scenario.deliveries[role.delivery] ?? "");
  return withProcess(world, index, { state: isSuccess ? "replied" : "gone", flights: [] });
}

export function reach(
  before: World,
  index: number,
  number: number,
  shown: readonly Shown[],
  { scenario }: Stage,
): World {
  const process = toProcess(before, index);
  const send = toSend(process, number);
  const { world, answer, hasEffect } = arrive(before, send, shown, scenario.pageSize);
  const flights = process.flights.map((flight) => {
    return flight.send === number ? { ...flight, answer } : flight;
  });
  const unmarked = hasEffect ? toUnmarked(process.unmarked, send) : process.unmarked;
  return withProcess(world, index, { flights, unmarked });
}

function toUnmarked(unmarked: readonly string[], { kind, row }: Send): readonly string[] {
  if (kind === "publish") return [...new Set([...unmarked, row])].sort();
  return kind === "mark" ? unmarked.filter((other) => other !== row) : unmarked;
}

/** What Lambda's context says is left after none, one and two late answers. Milliseconds. */
const REMAINING = [FUNCTION.timeoutSeconds * 1000, 8_000, 2_000];

/** The code gets an answer: the one in flight, or the given one in its place. */
export async function resume(
  world: World,
  index: number,
  send: number,
  instead: Answer | undefined,
  stage: Stage,
): Promise<World> {
  const { point, flights, lateness } = toProcess(world, index);
  const answer = instead ?? flights.find((flight) => flight.send === send)?.answer;
  if (!point || !answer) throw new Error("Nothing to resume");
  const stimulus = {
    send,
    answer,
    answerId: toId(answer),
    clock: world.clock,
    remaining: REMAINING[lateness] ?? 0,
  };
  const next = await stage.application.resume(point, stimulus);
  const rest = flights.filter((flight) => flight.send !== send);
  return standAt(withProcess(world, index, { flights: rest }), index, next, stage);
}

export function acknowledge(world: World, index: number): World {
  const { role } = toProcess(world, index);
  if (role === "tick") throw new Error("A tick has no answer");
  const acknowledged = world.acknowledged.with(role.delivery, true);
  return withProcess({ ...world, acknowledged }, index, { state: "gone" });
}

export function toSend(process: Process, number: number): Send {
  const send = process.point?.sends.get(number);
  if (!send) throw new Error(`${process.name} waits for no request ${number}`);
  return send;
}
