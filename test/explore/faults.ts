import { type Answer, toError } from "./memory-table.ts";
import { type Context, resume, toSend } from "./run.ts";
import { arrive } from "./services.ts";
import { type Flight, plusOne, type State, toProcess, withProcess } from "./state.ts";

const UNREACHABLE: Answer = { error: toError("TimeoutError") };

/** One attempt has failed: the SDK tries again, or the code is told. */
export async function fail(
  state: State,
  index: number,
  number: number,
  context: Context,
): Promise<State> {
  const process = toProcess(state, index);
  const flight = process.flights.find(({ send }) => send === number);
  if (flight && flight.attempt < context.scenario.attempts) {
    const again: Flight = { send: number, attempt: flight.attempt + 1 };
    const flights = process.flights.map((other) => (other === flight ? again : other));
    return withProcess(state, index, { flights });
  }
  const { kind, row } = toSend(process, number);
  const isInDoubt = kind === "mark" && process.unmarked.includes(row);
  const doubtful = isInDoubt ? withDoubt(state, index, row) : state;
  return resume(doubtful, index, number, UNREACHABLE, context);
}

/** Whether this row was alerted is known to nobody from now on. */
function withDoubt(state: State, index: number, row: string): State {
  const unmarked = toProcess(state, index).unmarked.filter((other) => other !== row);
  const ambiguous = plusOne(state.ambiguous, row);
  return withProcess({ ...state, ambiguous }, index, { unmarked });
}

export async function lose(
  state: State,
  index: number,
  number: number,
  context: Context,
): Promise<State> {
  const process = toProcess(state, index);
  const { kind, row } = toSend(process, number);
  const flight = process.flights.find(({ send }) => send === number);
  const isInDoubt = kind === "publish" && flight?.answer && "output" in flight.answer;
  return fail(isInDoubt ? withDoubt(state, index, row) : state, index, number, context);
}

export function crash(state: State, index: number): State {
  const { unmarked } = toProcess(state, index);
  const doubtful = unmarked.filter((row) => state.rows.get(row)?.alert?.S === "pending");
  const ambiguous = doubtful.reduce(plusOne, state.ambiguous);
  return withProcess({ ...state, ambiguous }, index, { phase: "gone", flights: [] });
}

/** Requests that were given up unanswered, as the scenario says: one of them, or all. */
export function withStrays(
  state: State,
  index: number,
  { scenario }: Context,
  only?: number,
): State {
  if (!scenario.strays) return state;
  const process = toProcess(state, index);
  const lost = process.flights.filter(({ send, answer }) => {
    return !answer && (only === undefined || send === only);
  });
  const strays = lost
    .map(({ send }) => ({ process: process.name, send: toSend(process, send) }))
    .filter(({ send }) => !["read secret", "list outbox"].includes(send.kind));
  return { ...state, strays: [...state.strays, ...strays] };
}

export function executeStray(before: State, number: number): State {
  const stray = before.strays[number];
  if (!stray) throw new Error(`There is no stray ${number}`);
  const { kind, row } = stray.send;
  const doubt = kind === "publish" ? plusOne(before.ambiguous, row) : before.ambiguous;
  const { state } = arrive({ ...before, ambiguous: doubt }, stray.send, [], 0);
  return { ...state, strays: state.strays.filter((other) => other !== stray) };
}
