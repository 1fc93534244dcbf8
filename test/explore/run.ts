import { FUNCTION } from "../../lambda/shared/names.ts";
import type { Application, CodePoint } from "./application.ts";
import { checkAwaited, checkDurable } from "./invariants.ts";
import type { Answer } from "./memory-table.ts";
import type { Send } from "./requests.ts";
import { type Scenario, TICK, toRequest } from "./scenario.ts";
import { arrive } from "./services.ts";
import { type Process, type Shown, type State, toId, toProcess, withProcess } from "./state.ts";

/** What stays the same throughout an exploration. */
export interface Context {
  readonly application: Application;
  readonly scenario: Scenario;
}

export async function start(state: State, index: number, context: Context): Promise<State> {
  const { name, role } = toProcess(state, index);
  const letters = role === "tick" ? "" : (context.scenario.deliveries[role.delivery] ?? "");
  const event = role === "tick" ? TICK : toRequest(letters);
  const point = await context.application.start({ name, event, clock: state.clock });
  return standAt(withProcess(state, index, { phase: "running" }), index, point, context);
}

/** The process now waits at this point of its code, or has ended there. */
function standAt(state: State, index: number, point: CodePoint, { scenario }: Context): State {
  const { name, role, flights } = toProcess(state, index);
  const { ending, sends } = point;
  if (!ending) {
    const known = new Set(flights.map(({ send }) => send));
    const fresh = [...sends.keys()].filter((send) => !known.has(send));
    const all = [...flights, ...fresh.map((send) => ({ send, attempt: 1 }))];
    return withProcess(state, index, { point, flights: all });
  }
  checkAwaited(name, sends.size, ending.thrown);
  const isSuccess = role !== "tick" && ending.statusCode === 200;
  if (isSuccess) checkDurable(state, scenario.deliveries[role.delivery] ?? "");
  return withProcess(state, index, { phase: isSuccess ? "replied" : "gone", flights: [] });
}

export function execute(
  before: State,
  index: number,
  number: number,
  shown: readonly Shown[],
  { scenario }: Context,
): State {
  const process = toProcess(before, index);
  const send = toSend(process, number);
  const { state, answer, hasEffect } = arrive(before, send, shown, scenario.pageSize);
  const flights = process.flights.map((flight) => {
    return flight.send === number ? { ...flight, answer } : flight;
  });
  const unmarked = hasEffect ? toUnmarked(process.unmarked, send) : process.unmarked;
  return withProcess(state, index, { flights, unmarked });
}

function toUnmarked(unmarked: readonly string[], { kind, row }: Send): readonly string[] {
  if (kind === "publish") return [...new Set([...unmarked, row])].sort();
  return kind === "mark" ? unmarked.filter((other) => other !== row) : unmarked;
}

/** What Lambda's context says is left after none, one and two late answers. Milliseconds. */
const REMAINING = [FUNCTION.timeoutSeconds * 1000, 8_000, 2_000];

/** The code gets an answer: the one in flight, or the given one in its place. */
export async function resume(
  state: State,
  index: number,
  send: number,
  instead: Answer | undefined,
  context: Context,
): Promise<State> {
  const { point, flights, lateness } = toProcess(state, index);
  const answer = instead ?? flights.find((flight) => flight.send === send)?.answer;
  if (!point || !answer) throw new Error("Nothing to resume");
  const stimulus = {
    send,
    answer,
    answerId: toId(answer),
    clock: state.clock,
    remaining: REMAINING[lateness] ?? 0,
  };
  const next = await context.application.resume(point, stimulus);
  const rest = flights.filter((flight) => flight.send !== send);
  return standAt(withProcess(state, index, { flights: rest }), index, next, context);
}

export function confirm(state: State, index: number): State {
  const { role } = toProcess(state, index);
  if (role === "tick") throw new Error("A tick has no answer");
  const confirmed = state.confirmed.with(role.delivery, true);
  return withProcess({ ...state, confirmed }, index, { phase: "gone" });
}

export function toSend(process: Process, number: number): Send {
  const send = process.point?.sends.get(number);
  if (!send) throw new Error(`${process.name} waits for no request ${number}`);
  return send;
}
