import { type Mutant, mutant } from "./mutant.ts";
import { BY_ANN, BY_BEN, OPEN } from "./open-alert.ts";

/** A has been answered, without faults. */
const ANSWERED = { ...OPEN, faults: 0, visited: 1 };

/** Mistakes in what an answer is for, how long it lasts, and which alert of a number repeats. */
export const ANSWER_MUTANTS: readonly Mutant[] = [
  mutant(
    "the newest alert of a number repeats, whatever it says",
    /D is superseded by something less severe/,
    { ...ANSWERED, told: "DC", visited: 0, ticks: 1 },
    [
      "numbers/order.ts",
      "return compareSeverity(a, b) || compareEvents(a, b);",
      "return compareEvents(a, b);",
    ],
  ),
  mutant(
    "an old link ends a new alert",
    /Ben answered C by the link of A, which was over/,
    {
      ...ANSWERED,
      deliveries: ["C"],
      visits: [BY_ANN, { ...BY_ANN, name: "Ben" }],
      isInstant: true,
    },
    ["incident/answer-targets.ts", 'if (scope === "event") return [own];', ""],
  ),
  mutant(
    "handling ends an alert",
    /A is acknowledged by nobody/,
    { ...ANSWERED, visits: [BY_BEN], visited: 0 },
    [
      "incident/answer-table.ts",
      'return endsAlert(answer) ? "acknowledged" : state;',
      'return "acknowledged";',
    ],
  ),
  mutant(
    "handling pauses nothing",
    /A was repeated while somebody was handling it/,
    { ...ANSWERED, visits: [BY_BEN], ticks: 1 },
    ["outbox/repeat-times.ts", "if (!isPaused) return", "if (!isPaused || stored) return"],
  ),
  mutant(
    "handling pauses until the alert lapses",
    /A is left alone for more than an hour because somebody is handling it/,
    { ...ANSWERED, visits: [BY_BEN], visited: 0 },
    [
      "outbox/repeat-times.ts",
      "now + HANDLING_PAUSE_MINUTES * MINUTE_MS",
      "now + REPEAT_HOURS * 60 * MINUTE_MS",
    ],
  ),
];
