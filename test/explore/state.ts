import type { Item } from "../../lambda/outbox/event-item.ts";
import type { CodePoint } from "./application.ts";
import { type Answer, type Rows, toOutboxEntry } from "./memory-table.ts";
import type { Send } from "./requests.ts";

/** Everything there is at one moment. Immutable: the explorer goes back to any earlier one. */
export interface State {
  /** Milliseconds since the epoch. */
  readonly clock: number;
  readonly rows: Rows;
  /** Per row, everything that the outbox index ever had to show of it, so may show still. */
  readonly shown: ReadonlyMap<string, readonly Shown[]>;
  /** Per row, how many alerts SNS has accepted. */
  readonly alerts: Counts;
  /** Per row, how many faults so far leave open whether it was alerted. */
  readonly ambiguous: Counts;
  readonly processes: readonly Process[];
  /** Per delivery, whether Meta has heard a 200. */
  readonly confirmed: readonly boolean[];
  /** Requests whose sender gave up or died, and which may still arrive. */
  readonly strays: readonly Stray[];
  readonly faultsLeft: number;
  readonly waitsLeft: number;
}

export type Counts = ReadonlyMap<string, number>;

/** An entry of the outbox index, or undefined for none. */
export type Shown = Item | undefined;

/** One invocation, with an execution environment of its own. */
export interface Process {
  readonly name: string;
  readonly role: Role;
  readonly phase: "waiting" | "running" | "replied" | "gone";
  readonly point?: CodePoint;
  readonly flights: readonly Flight[];
  /** How often an answer came so late that the invocation's time ran short. */
  readonly lateness: number;
  /** Rows that it has published, knowing so, and not marked. */
  readonly unmarked: readonly string[];
}

export type Role = { readonly delivery: number } | "tick";

/** One request as the SDK makes it: the attempt under way, and its answer once there is one. */
export interface Flight {
  readonly send: number;
  readonly attempt: number;
  readonly answer?: Answer;
}

export interface Stray {
  readonly process: string;
  readonly send: Send;
}

export function countOf(counts: Counts, row: string): number {
  return counts.get(row) ?? 0;
}

export function plusOne(counts: Counts, row: string): Counts {
  return new Map(counts).set(row, countOf(counts, row) + 1);
}

export function withProcess(state: State, index: number, change: Partial<Process>): State {
  const processes = state.processes.with(index, { ...toProcess(state, index), ...change });
  return { ...state, processes };
}

export function toProcess({ processes }: State, index: number): Process {
  const process = processes[index];
  if (!process) throw new Error(`There is no process ${index}`);
  return process;
}

/** The state with other rows, and with what the outbox index may show of them from now on. */
export function withRows(state: State, rows: Rows): State {
  if (rows === state.rows) return state;
  const shown = new Map(state.shown);
  for (const [key, item] of rows) {
    if (item === state.rows.get(key)) continue;
    const known = shown.get(key) ?? [undefined];
    const entry = toOutboxEntry(item);
    if (!known.some((other) => toId(other) === toId(entry))) shown.set(key, [...known, entry]);
  }
  return { ...state, rows, shown };
}

const ids = new Map<string, number>();
const idsByObject = new WeakMap<object, number>();

/** A number that is equal for equal content: items, index entries and answers are compared by it. */
export function toId(value: object | undefined): number {
  if (!value) return 0;
  const known = idsByObject.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value, (_, part) => (part instanceof Error ? part.name : part));
  const id = ids.get(text) ?? ids.size + 1;
  ids.set(text, id);
  idsByObject.set(value, id);
  return id;
}

/**
 * Equal for two states only if nothing that can happen from now on tells them apart: all of the
 * stores, and of each process all that its code has learnt. A process that has ended can do nothing
 * any more, so nothing of it counts but its end.
 */
export function toStateKey(state: State): string {
  const processes = state.processes.map((process) => {
    if (process.phase !== "running") return process.phase;
    const flights = process.flights.map(
      ({ send, attempt, answer }) => `${send}.${attempt}.${toId(answer)}`,
    );
    return `${process.point?.id},${process.lateness},${process.unmarked},${flights.sort()}`;
  });
  const strays = state.strays.map(({ process, send }) => `${process},${toId(send)}`);
  const parts = [toStoredKey(state), toIndexKey(state.shown), processes.join(";")];
  return [state.faultsLeft, state.waitsLeft, ...parts, strays.sort().join(";")].join("|");
}

/** What counts of a state when every process is gone and the index has caught up. */
export function toRecoveryKey(state: State): string {
  const isSent = state.processes.map(({ phase }) => phase !== "waiting");
  return `${toStoredKey(state)}|${isSent}`;
}

function toStoredKey({ clock, rows, alerts, ambiguous, confirmed }: State): string {
  const stored = [...rows.keys()].sort().map((row) => {
    return `${toId(rows.get(row))},${countOf(alerts, row)},${countOf(ambiguous, row)}`;
  });
  return `${clock}|${stored.join(";")}|${confirmed}`;
}

function toIndexKey(shown: State["shown"]): string {
  const rows = [...shown.keys()].sort();
  return rows.map((row) => (shown.get(row) ?? []).map(toId).sort()).join(";");
}
