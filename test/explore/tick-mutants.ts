import type { Mutant } from "./mutant.ts";
import { scenario } from "./scenario.ts";

/** Mistakes in the order of a tick's work. */
export const TICK_MUTANTS: readonly Mutant[] = [
  {
    name: "a tick reads all before it claims",
    edits: [
      {
        file: "outbox/relay.ts",
        find: "for await (const page of run.outbox.queue(queue, startedAt)) {",
        replace:
          "for (const page of [(await Array.fromAsync(run.outbox.queue(queue, startedAt))).flat()]) {",
      },
    ],
    scenario: scenario({
      name: "",
      told: "AB",
      deliveries: [],
      ticks: 1,
      minutesLater: 6,
      pageSize: 1,
      isInstant: true,
      faults: 0,
      repeatAfterMinutes: [5, 1440],
    }),
    breaks: /tick 1 reads on although [AB] is due/,
  },
  {
    name: "repeats before first alerts",
    edits: [
      {
        file: "outbox/relay.ts",
        find: "[OUTBOX.answer, OUTBOX.alert, OUTBOX.repeat];",
        replace: "[OUTBOX.answer, OUTBOX.repeat, OUTBOX.alert];",
      },
    ],
    scenario: scenario({ name: "", deliveries: ["A"], ticks: 1, faults: 0 }),
    breaks: /tick 1 reads the repeat queue before alert/,
  },
  {
    name: "a tick claims more than it can publish",
    edits: [
      {
        file: "outbox/relay.ts",
        find: "if (!(await tick.places.hold())) return;",
        replace: "",
      },
    ],
    scenario: scenario({
      name: "",
      deliveries: ["A"],
      ticks: 1,
      faults: 0,
      paced: true,
      published: { single: 5, digest: 5 },
    }),
    breaks: /tick 1 claimed A and could not publish it/,
  },
];
