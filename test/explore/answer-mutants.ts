import type { Mutant } from "./mutant.ts";
import { type Scenario, scenario } from "./scenario.ts";

const BY_ANN = { letter: "A", name: "Ann", answer: "planned" } as const;
const BY_BEN = { letter: "A", name: "Ben", answer: "handling" } as const;

function withOpenAlert(difference: Partial<Scenario>): Scenario {
  const repeatAfterMinutes = [5, 1440];
  const visited = 1;
  const base = { name: "", told: "A", deliveries: [], faults: 0, visited, repeatAfterMinutes };
  return scenario({ ...base, ...difference });
}

/** Mistakes in what an answer is for, how long it lasts, and which alert of a number repeats. */
export const ANSWER_MUTANTS: readonly Mutant[] = [
  {
    name: "the newest alert of a number repeats, whatever it says",
    edits: [
      {
        file: "numbers/order.ts",
        find: "return compareSeverity(a, b) || compareEvents(a, b);",
        replace: "return compareEvents(a, b);",
      },
    ],
    scenario: withOpenAlert({ told: "DC", visited: 0, ticks: 1 }),
    breaks: /D is superseded by something less severe/,
  },
  {
    name: "an old link ends a new alert",
    edits: [
      {
        file: "incident/acknowledge.ts",
        find: 'if (scope === "event") return [own];',
        replace: "",
      },
    ],
    scenario: withOpenAlert({
      deliveries: ["C"],
      visits: [BY_ANN, { ...BY_ANN, name: "Ben" }],
      isInstant: true,
    }),
    breaks: /Ben answered C by the link of A, which was over/,
  },
  {
    name: "handling ends an alert",
    edits: [
      {
        file: "incident/answer-table.ts",
        find: 'return endsAlert(answer) ? "acknowledged" : state;',
        replace: 'return "acknowledged";',
      },
    ],
    scenario: withOpenAlert({ visits: [BY_BEN], visited: 0 }),
    breaks: /A is acknowledged by nobody/,
  },
  {
    name: "handling pauses nothing",
    edits: [
      {
        file: "outbox/repeat-times.ts",
        find: "if (!isPaused) return",
        replace: "if (!isPaused || stored) return",
      },
    ],
    scenario: withOpenAlert({ visits: [BY_BEN], ticks: 1 }),
    breaks: /A was repeated while somebody was handling it/,
  },
  {
    name: "handling pauses until the alert lapses",
    edits: [
      {
        file: "outbox/repeat-times.ts",
        find: "now + HANDLING_PAUSE_MINUTES * MINUTE_MS",
        replace: "now + REPEAT_HOURS * 60 * MINUTE_MS",
      },
    ],
    scenario: withOpenAlert({ visits: [BY_BEN], visited: 0 }),
    breaks: /A is left alone for more than an hour because somebody is handling it/,
  },
];
