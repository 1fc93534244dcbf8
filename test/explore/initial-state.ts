import { createPace } from "../../lambda/outbox/pace.ts";
import { createMemoryClient, type Rows } from "./memory-table.ts";
import type { Context } from "./run.ts";
import { runAlone } from "./run-alone.ts";
import type { Scenario } from "./scenario.ts";
import { isInternal, type MessageKind, type State, toWaiting } from "./state.ts";

const START = Date.UTC(2026, 0, 1);

/** Before anything has happened but what the scenario says has happened. */
export async function toInitialState(context: Context): Promise<State> {
  const empty = toEmptyState(context.scenario);
  const sent = context.scenario.sentBefore === "" ? empty : await sendBefore(empty, context);
  const published = await publish(await tick(sent, context), context.scenario);
  return context.scenario.visited === 0 ? published : visit(published, context);
}

async function sendBefore(empty: State, context: Context): Promise<State> {
  const { processes } = empty;
  const after = await runAlone(empty, "before", "sent before", context, () => {});
  const clock = after.clock + context.scenario.minutesLater * 60_000;
  return { ...after, clock, processes, shown: toCaughtUp(after) };
}

/** What the indexes show when they have long caught up. */
function toCaughtUp({ shown }: State): State["shown"] {
  return new Map(
    [...shown].map(([index, entries]) => {
      return [index, new Map([...entries].map(([row, all]) => [row, all.slice(-1)]))] as const;
    }),
  );
}

async function tick(before: State, context: Context): Promise<State> {
  let state = before;
  for (let count = 1; count <= context.scenario.ticked; count += 1) {
    state = await runAlone(state, `earlier tick ${count}`, "tick", context, () => {});
  }
  return { ...state, processes: before.processes, shown: toCaughtUp(state) };
}

/** The scenario's messages have just gone out. */
async function publish(state: State, { published: counts }: Scenario): Promise<State> {
  const { clock, published } = state;
  const toTimes = (kind: MessageKind) => [
    ...published[kind],
    ...Array<number>(counts[kind]).fill(clock),
  ];
  return {
    ...state,
    rows: await toTakenPlaces(state.rows, counts, clock),
    published: { single: toTimes("single"), digest: toTimes("digest") },
  };
}

/** The table after so many messages of each kind went out, all at `clock`. */
async function toTakenPlaces(
  rows: Rows,
  published: Readonly<Record<MessageKind, number>>,
  clock: number,
): Promise<Rows> {
  const client = createMemoryClient(rows);
  const pace = createPace({ client, tableName: "events" });
  for (const kind of ["single", "digest"] as const) {
    for (let count = 0; count < published[kind]; count++) await pace.take(kind, "tick", clock);
  }
  return client.rows;
}

/** The first visits are over; the indexes may not have caught up with them. */
async function visit(before: State, context: Context): Promise<State> {
  const { visited, minutesAfterVisits } = context.scenario;
  let state = before;
  for (const index of Array(visited).keys()) {
    state = await runAlone(state, `visit ${index + 1}`, { visit: index }, context, () => {});
  }
  const processes = before.processes.map((process) => {
    const { role } = process;
    const isVisited = !isInternal(role) && "visit" in role && role.visit < visited;
    return isVisited ? ({ ...process, phase: "gone" } as const) : process;
  });
  return { ...state, clock: state.clock + minutesAfterVisits * 60_000, processes };
}

function toEmptyState(scenario: Scenario): State {
  const { deliveries, visits, ticks, faults, waits } = scenario;
  const processes = [
    ...deliveries.map((_, delivery) => toWaiting(`delivery ${delivery + 1}`, { delivery })),
    ...visits.map((_, visit) => toWaiting(`visit ${visit + 1}`, { visit })),
    ...Array.from({ length: ticks }, (_, tick) => toWaiting(`tick ${tick + 1}`, "tick")),
  ];
  return {
    clock: START,
    rows: new Map(),
    shown: new Map(),
    sent: new Map(),
    ambiguous: new Map(),
    published: { single: [], digest: [] },
    outage: "before",
    processes,
    confirmed: deliveries.map(() => false),
    answered: visits.map(() => false),
    strays: [],
    faultsLeft: faults,
    waitsLeft: waits,
  };
}
