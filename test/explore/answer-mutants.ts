import { type Mutant, mutant } from "./mutant.ts";
import {
  BY_ANN,
  BY_BEN,
  BY_OLGA,
  CLAIMED,
  OPEN,
  REOPENED,
  SUPERSEDED,
  TOO_OLD,
} from "./open-alert.ts";

/** A has been answered, without faults. */
const ANSWERED = { ...OPEN, faults: 0, visited: 1 };

/** Mistakes in what an answer is for, how long it lasts, and which alert of a number repeats. */
export const ANSWER_MUTANTS: readonly Mutant[] = [
  mutant(
    "the newest alert of a number repeats, whatever it says",
    /D is superseded by something less severe/,
    { ...ANSWERED, sentBefore: "DC", visited: 0, ticks: 1 },
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
      ...REOPENED,
      sentBefore: "AC",
      visits: [BY_ANN, { ...BY_OLGA, letter: "C", answer: "reopen" }, { ...BY_ANN, name: "Ben" }],
      visited: 2,
      faults: 0,
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
  mutant("a link that is never too old", /the link of A is too old, and was taken/, TOO_OLD, [
    "numbers/offer.ts",
    "const LINK_AGE_MS = 7 * 24 * HOUR_MS;",
    "const LINK_AGE_MS = 365 * 24 * HOUR_MS;",
  ]),
  mutant(
    "the link of a superseded alert ends that alert alone",
    /Ann ended A, and C goes on in its place/,
    SUPERSEDED,
    [
      "incident/answer-targets.ts",
      "toLinkScope(stored, await findNow(stored, history, table), now)",
      "toLinkScope(stored, stored, now)",
    ],
  ),
  mutant("what is opened again stays ended", /A was opened again, and is acknowledged/, REOPENED, [
    "incident/answer-table.ts",
    'if (answer === "reopen") return "open";',
    "",
  ]),
  mutant(
    "what is opened again is ended by the answer before",
    /A is acknowledged by nobody, or was opened again since/,
    REOPENED,
    ["outbox/due.ts", 'endsAlert(answer) || answer === "reopen"', "endsAlert(answer)"],
  ),
  mutant("to open again twice is stored twice", /an answer about A is stored twice/, REOPENED, [
    "incident/acknowledge.ts",
    'return last?.answer === "reopen" && ',
    "return !last && ",
  ]),
  mutant(
    "an answer is announced when its computer's clock says so",
    /the answer to A waits for a clock/,
    { ...OPEN, visits: [{ ...BY_OLGA, minutesAhead: 60 }], isInstant: true, faults: 0 },
    [
      "incident/answer-table.ts",
      "const due = findDue(known);",
      "const due = findDue(known); said = Date.parse(answer.at);",
    ],
    ["incident/answer-table.ts", "interface Step {", "let said = 0; interface Step {"],
    ["incident/answer-table.ts", '":atOnce": number(0)', '":atOnce": number(said)'],
  ),
  mutant(
    "what is said by link counts as a fact",
    /a number that was turned off is said to be protected/,
    CLAIMED,
    ["numbers/heard.ts", "if (isConfirmed(answer)) return", "if (answer) return"],
  ),
  mutant(
    "the page judges a number by itself",
    /one view says "Two-step verification is off\..*", another does not/,
    CLAIMED,
    [
      "incident/page.ts",
      "toStatePart(number, now)}",
      'toStatePart({ ...number, sentence: story.answers.length > 0 ? "It is on." : "It is off." }, now)}',
    ],
  ),
];
