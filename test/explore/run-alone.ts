import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { Action } from "./actions.ts";
import { apply } from "./apply.ts";
import { findIndex, toIndexEntry } from "./memory-index.ts";
import type { Send } from "./requests.ts";
import type { Context } from "./run.ts";
import { type Role, type Shown, type State, toWaiting } from "./state.ts";

/** Called with every action, before and after. */
export type Watch = (before: State, action: Action, after: State) => void;

/** One invocation from start to end, every request at once answered. */
export async function runAlone(
  before: State,
  name: string,
  role: Role,
  context: Context,
  watch: Watch,
): Promise<State> {
  let state: State = { ...before, processes: [toWaiting(name, role)] };
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
  const request = process.point?.sends.get(send);
  return { type: "execute", process: 0, send, shown: toFreshView(state, request) };
}

/** What an index shows that has caught up. */
export function toFreshView({ rows }: State, request: Send | undefined): Shown[] {
  if (!request?.kind.startsWith("list")) return [];
  const index = findIndex(request.input as QueryCommandInput);
  return [...rows.values()].map((item) => toIndexEntry(index, item));
}
