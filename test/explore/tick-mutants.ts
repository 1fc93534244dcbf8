import { type Mutant, mutant } from "./mutant.ts";

/** Mistakes in the order of a tick's work. */
export const TICK_MUTANTS: readonly Mutant[] = [
  mutant(
    "a tick reads all before it claims",
    /tick 1 reads on although [AB] is due/,
    {
      told: "AB",
      deliveries: [],
      ticks: 1,
      minutesLater: 6,
      pageSize: 1,
      isInstant: true,
      faults: 0,
      repeatAfterMinutes: [5, 1440],
    },
    [
      "outbox/relay.ts",
      "for await (const page of run.outbox.queue(queue, startedAt)) {",
      "for (const page of [(await Array.fromAsync(run.outbox.queue(queue, startedAt))).flat()]) {",
    ],
  ),
  mutant(
    "repeats before first alerts",
    /tick 1 reads the repeat queue before alert/,
    { deliveries: ["A"], ticks: 1, faults: 0 },
    [
      "outbox/relay.ts",
      "[OUTBOX.answer, OUTBOX.alert, OUTBOX.repeat];",
      "[OUTBOX.answer, OUTBOX.repeat, OUTBOX.alert];",
    ],
  ),
  mutant(
    "a tick claims more than it can publish",
    /tick 1 claimed A and could not publish it/,
    { deliveries: ["A"], ticks: 1, faults: 0, paced: true, published: { single: 5, digest: 5 } },
    ["outbox/relay.ts", "if (!(await tick.places.hold())) return;", ""],
  ),
];
