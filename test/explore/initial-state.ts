import { toTakenPlaces } from "./pace.ts";
import type { Context } from "./run.ts";
import { runAlone } from "./run-alone.ts";
import type { Scenario } from "./scenario.ts";
import { type State, toWaiting } from "./state.ts";

const START = Date.UTC(2026, 0, 1);

/** Before anything has happened but what the scenario says has happened. */
export async function toInitialState(context: Context): Promise<State> {
  const empty = await toEmptyState(context.scenario);
  const { told } = context.scenario;
  if (told === "") return empty;
  const { processes } = empty;
  const after = await runAlone(empty, "before", "told", context, () => {});
  const shown = new Map(
    [...after.shown].map(([index, entries]) => {
      // The indexes have long caught up.
      return [index, new Map([...entries].map(([row, all]) => [row, all.slice(-1)]))] as const;
    }),
  );
  const clock = after.clock + context.scenario.minutesLater * 60_000;
  return { ...after, clock, processes, shown };
}

async function toEmptyState(scenario: Scenario): Promise<State> {
  const { deliveries, visits, ticks, faults, waits, published } = scenario;
  const processes = [
    ...deliveries.map((_, delivery) => toWaiting(`delivery ${delivery + 1}`, { delivery })),
    ...visits.map((_, visit) => toWaiting(`visit ${visit + 1}`, { visit })),
    ...Array.from({ length: ticks }, (_, tick) => toWaiting(`tick ${tick + 1}`, "tick")),
  ];
  return {
    clock: START,
    rows: await toTakenPlaces(published, START),
    shown: new Map(),
    told: new Map(),
    ambiguous: new Map(),
    published: {
      single: Array<number>(published.single).fill(START),
      digest: Array<number>(published.digest).fill(START),
    },
    outage: "before",
    processes,
    confirmed: deliveries.map(() => false),
    answered: visits.map(() => false),
    strays: [],
    faultsLeft: faults,
    waitsLeft: waits,
  };
}
