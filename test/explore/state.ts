import type { Item } from "../../lambda/event/event-item.ts";
import { INDEXES } from "../../lambda/shared/item-names.ts";
import type { CodePoint } from "./application.ts";
import { NUMBER_INDEX, OUTBOX_INDEX, toIndexEntry } from "./memory-index.ts";
import type { Answer, Rows } from "./memory-table.ts";
import { toNoticeRow } from "./notices.ts";
import { once } from "./once.ts";
import type { Send } from "./requests.ts";
import type { Scenario } from "./scenario.ts";

/** Everything there is at one moment. Immutable: the explorer goes back to any earlier one. */
export interface State {
  /** Milliseconds since the epoch. */
  readonly clock: number;
  readonly rows: Rows;
  /** Per index and row, everything that it ever had to show of the row, so may show still. */
  readonly shown: ReadonlyMap<string, ReadonlyMap<string, readonly Shown[]>>;
  /** How often SNS has accepted each notice. */
  readonly sent: Counts;
  /** Per notice, how many faults so far leave open whether SNS has it; per row, any notice. */
  readonly ambiguous: Counts;
  /** Of the last minute, when SNS accepted a message with one notice, and with several. */
  readonly published: Readonly<Record<MessageKind, readonly number[]>>;
  /** Whether DynamoDB answers every request as the scenario says. */
  readonly outage: "before" | "now" | "over";
  readonly processes: readonly Process[];
  /** Per delivery, whether Meta has received a 200. */
  readonly confirmed: readonly boolean[];
  /** Per visit, whether the person has seen that it was done. */
  readonly answered: readonly boolean[];
  /** Requests whose sender gave up or died, and which may still arrive. */
  readonly strays: readonly Stray[];
  readonly faultsLeft: number;
  readonly waitsLeft: number;
}

export type Counts = ReadonlyMap<string, number>;

export type MessageKind = "single" | "digest";

/** An entry of an index, or undefined for none. */
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
  /** Notices that it has published, knowing so, and not marked. */
  readonly unmarked: readonly string[];
  /** Rows that it has claimed. */
  readonly claimed: readonly string[];
  /** Rows that it may still repeat although somebody has answered: it had claimed them before. */
  readonly mayRepeat: readonly string[];
  /** Of a tick: the queues that it has read, and what they showed that it has not tried to claim. */
  readonly queues: readonly string[];
  readonly unclaimed: readonly string[];
  /** Rows whose publication it had to give up without knowing what SNS made of it. */
  readonly uncertain: readonly string[];
}

/** `sent before`: the delivery of all that was sent before the beginning. */
export type Role =
  | { readonly delivery: number }
  | { readonly visit: number }
  | "tick"
  | "sent before";

/** Whether nobody waits for the answer. */
export function isInternal(role: Role): role is "tick" | "sent before" {
  return role === "tick" || role === "sent before";
}

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

/** When the outbox has something to do about the item: never counts as the beginning of time. */
export function toDueAt(item: Item): number {
  return Number(item[INDEXES.outbox.sortKey]?.N ?? 0);
}

export function countOf(counts: Counts, row: string): number {
  return counts.get(row) ?? 0;
}

export function plusOne(counts: Counts, row: string): Counts {
  return new Map(counts).set(row, countOf(counts, row) + 1);
}

/** A process before its start. */
export function toWaiting(name: string, role: Role): Process {
  const nothing = {
    flights: [],
    unmarked: [],
    claimed: [],
    mayRepeat: [],
    queues: [],
    unclaimed: [],
    uncertain: [],
  };
  return { name, role, phase: "waiting", lateness: 0, ...nothing };
}

export function withProcess(state: State, index: number, change: Partial<Process>): State {
  const processes = state.processes.with(index, { ...toProcess(state, index), ...change });
  return { ...state, processes };
}

export function toProcess({ processes }: Pick<State, "processes">, index: number): Process {
  const process = processes[index];
  if (!process) throw new Error(`There is no process ${index}`);
  return process;
}

/** Whether what this process published of these rows was published is known to nobody any more. */
export function withDoubt(state: State, index: number, rows: readonly string[]): State {
  const { unmarked } = toProcess(state, index);
  const lost = unmarked.filter((notice) => rows.includes(toNoticeRow(notice)));
  const ambiguous = lost.reduce(plusOne, state.ambiguous);
  const kept = unmarked.filter((notice) => !lost.includes(notice));
  return withProcess({ ...state, ambiguous }, index, { unmarked: kept });
}

const INDEXES_SHOWN = [OUTBOX_INDEX, NUMBER_INDEX];

/** The state with other rows, and with what the indexes may show of them from now on. */
export function withRows(state: State, rows: Rows): State {
  if (rows === state.rows) return state;
  const changed = [...rows].filter(([row, item]) => item !== state.rows.get(row));
  const shown = INDEXES_SHOWN.map((index) => {
    const entries = new Map(state.shown.get(index.name));
    for (const [row, item] of changed) addEntry(entries, row, toIndexEntry(index, item));
    return [index.name, entries] as const;
  });
  return { ...state, rows, shown: new Map(shown) };
}

function addEntry(entries: Map<string, readonly Shown[]>, row: string, entry: Shown): void {
  const known = entries.get(row) ?? [undefined];
  if (!known.some((other) => toId(other) === toId(entry))) entries.set(row, [...known, entry]);
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

const idsByText = new Map<string, number>();

/** A number for a part of a state, equal for equal text: keys of states stay short. */
function part<T extends object>(toText: (value: T) => string): (value: T) => number {
  return once((value) => {
    const text = toText(value);
    const id = idsByText.get(text) ?? idsByText.size + 1;
    idsByText.set(text, id);
    return id;
  });
}

/**
 * Equal for two states only if nothing that can happen from now on distinguishes them: all of the
 * stores, and of each process all that its code has learnt. A process that has ended can do nothing
 * any more, so nothing of it counts but its end.
 */
export function toStateKey(state: State): string {
  const processes = state.processes.map(toProcessId).join(" ");
  const strays = state.strays.map(({ process, send }) => `${process},${toId(send)}`);
  const rest = `${toIndexesId(state.shown)} ${state.faultsLeft} ${state.waitsLeft}`;
  return `${toStoredKey(state)}|${processes}|${rest}|${strays.sort().join(";")}`;
}

const toProcessId = part((process: Process) => {
  if (process.phase !== "running") return process.phase;
  const { point, lateness, unmarked, uncertain, claimed, mayRepeat, unclaimed } = process;
  const flights = process.flights.map(
    ({ send, attempt, answer }) => `${send}.${attempt}.${toId(answer)}`,
  );
  return `${point?.id}|${[lateness, unmarked, uncertain, claimed, mayRepeat, unclaimed].join()}|${flights.sort()}`;
});

/**
 * What counts of a state when every process is gone and the indexes have caught up. Each fault so
 * far may explain a message beyond the pace, or an answer announced again.
 */
export function toRecoveryKey(state: State, { paced, visits }: Scenario): string {
  const doFaultsCount = paced || visits.length > 0;
  const isSent = state.processes.map(({ phase }) => phase !== "waiting");
  return `${toStoredKey(state)}|${isSent}|${doFaultsCount && state.faultsLeft}`;
}

function toStoredKey({ clock, rows, sent, ambiguous, published, ...state }: State) {
  const parts = [toRowsId(rows), toCountsId(sent), toCountsId(ambiguous), toPublishedId(published)];
  return `${clock} ${parts.join(" ")} ${state.confirmed} ${state.answered} ${state.outage}`;
}

const toRowsId = part((rows: Rows) => {
  return `rows ${[...rows.keys()].sort().map((row) => `${row} ${toId(rows.get(row))}`)}`;
});

const toCountsId = part((counts: Counts) => {
  const entries = [...counts].map((entry) => entry.join("="));
  return `counts ${entries.sort()}`;
});

const toPublishedId = part(({ single, digest }: State["published"]) => `${single}|${digest}`);

const toIndexesId = part((indexes: State["shown"]) => {
  return [...indexes.values()].map(toIndexKey).join("/");
});

function toIndexKey(shown: ReadonlyMap<string, readonly Shown[]>): string {
  const rows = [...shown.keys()].sort();
  return rows.map((row) => `${row} ${(shown.get(row) ?? []).map(toId).sort()}`).join(";");
}
