import { type Answer, toDynamoDBError } from "./memory-table.ts";
import { isRecorded, toNoticeRow } from "./notices.ts";
import { isRead } from "./requests.ts";
import { type Context, resume, toSend } from "./run.ts";
import { arrive } from "./services.ts";
import { type Flight, plusOne, type State, toProcess, withDoubt, withProcess } from "./state.ts";

/** Nobody who gets this can know whether the service has got the request. */
const UNKNOWN: Answer = { error: toError("TimeoutError") };

/** The connection was refused, so that nothing was sent. */
const UNSENT: Answer = { error: Object.assign(toError("Error"), { code: "ECONNREFUSED" }) };

const THROTTLED = toDynamoDBError("ThrottlingException", "Rate exceeded");

function toError(name: string): Error {
  return Object.assign(new Error(name), { name });
}

/** One attempt has failed: the SDK tries again, or the code gets the error. */
export async function fail(state: State, index: number, number: number, context: Context) {
  const process = toProcess(state, index);
  const flight = process.flights.find(({ send }) => send === number);
  if (flight && flight.attempt < context.scenario.attempts) {
    const again: Flight = { send: number, attempt: flight.attempt + 1 };
    const flights = process.flights.map((other) => (other === flight ? again : other));
    return withProcess(state, index, { flights });
  }
  const { kind, row } = toSend(process, number);
  if (kind === "publish") {
    const uncertain = [...new Set([...process.uncertain, row])].sort();
    return resume(withProcess(state, index, { uncertain }), index, number, UNKNOWN, context);
  }
  const doubtful = kind === "mark" ? withDoubt(state, index, [row]) : state;
  return resume(doubtful, index, number, UNKNOWN, context);
}

/** A service, or the network before it, refuses a request at the SDK's last attempt. */
export function refuse(state: State, index: number, number: number, context: Context) {
  const { kind, row } = toSend(toProcess(state, index), number);
  const doubtful = kind === "mark" ? withDoubt(state, index, [row]) : state;
  const answer = kind === "publish" ? UNSENT : THROTTLED;
  return resume(doubtful, index, number, answer, context);
}

export async function lose(state: State, index: number, number: number, context: Context) {
  const process = toProcess(state, index);
  const { kind, notices } = toSend(process, number);
  const flight = process.flights.find(({ send }) => send === number);
  const isInDoubt = kind === "publish" && flight?.answer && "output" in flight.answer;
  const rows = isInDoubt ? notices.map(toNoticeRow) : [];
  return fail(withDoubt(state, index, rows), index, number, context);
}

export function crash(state: State, index: number): State {
  const { unmarked } = toProcess(state, index);
  const doubtful = unmarked.filter((notice) => {
    return !isRecorded(notice, state.rows.get(toNoticeRow(notice)));
  });
  const ambiguous = doubtful.reduce(plusOne, state.ambiguous);
  return withProcess({ ...state, ambiguous }, index, { phase: "gone", flights: [] });
}

/** Requests that were given up unanswered, as the scenario says: one of them, or all. */
export function withStrays(state: State, index: number, { scenario }: Context, only?: number) {
  if (!scenario.strays) return state;
  const process = toProcess(state, index);
  const lost = process.flights.filter(({ send, answer }) => {
    return !answer && (only === undefined || send === only);
  });
  const strays = lost
    .map(({ send }) => ({ process: process.name, send: toSend(process, send) }))
    .filter(({ send }) => !isRead(send));
  return { ...state, strays: [...state.strays, ...strays] };
}

export function executeStray(before: State, number: number, { scenario }: Context): State {
  const stray = before.strays[number];
  if (!stray) throw new Error(`There is no stray ${number}`);
  const ambiguous = stray.send.notices.reduce(plusOne, before.ambiguous);
  const { state } = arrive({ ...before, ambiguous }, stray.send, [], scenario);
  return { ...state, strays: state.strays.filter((other) => other !== stray) };
}
