import { type Scenario, scenario } from "./scenario.ts";

const BY_ANN = { letter: "A", name: "Ann", answer: "planned" } as const;
const BY_BEN = { letter: "A", name: "Ben", answer: "handling" } as const;
/** A look at the page, as a mail scanner takes it. */
const LOOK = { letter: "A" };

/** At 5 minutes, at 24 hours, and lapsed at 48. */
const SELDOM = [5, 1440];

/** What every run of the tests explores about alerts that wait for an answer. */
export const INCIDENT_SCENARIOS: readonly Scenario[] = [
  scenario({
    name: "a repeat, and its tick",
    told: "A",
    deliveries: [],
    ticks: 2,
    repeatAfterMinutes: SELDOM,
  }),
  scenario({
    name: "an answer, and a repeat at the same time",
    told: "A",
    deliveries: [],
    visits: [BY_ANN],
    ticks: 1,
    minutesLater: 6,
    isInstant: true,
    faultKinds: ["lose", "crash"],
    repeatAfterMinutes: SELDOM,
  }),
  scenario({
    name: "two answers at once",
    told: "A",
    deliveries: [],
    visits: [BY_ANN, BY_BEN],
    isInstant: true,
    faults: 0,
    repeatAfterMinutes: SELDOM,
  }),
  scenario({
    name: "a look at the page",
    told: "A",
    deliveries: [],
    visits: [LOOK],
    ticks: 1,
    repeatAfterMinutes: SELDOM,
  }),
  scenario({
    name: "two open alerts of one number",
    told: "AC",
    deliveries: [],
    ticks: 1,
    faults: 0,
    repeatAfterMinutes: SELDOM,
  }),
  scenario({
    name: "an answer before its alert is marked",
    deliveries: ["A"],
    visits: [BY_ANN],
    repeatAfterMinutes: SELDOM,
  }),
];

/** What `npm run explore` adds. */
export const DEEPER_INCIDENT_SCENARIOS: readonly Scenario[] = [
  scenario({
    name: "an answer and a repeat, any fault",
    told: "A",
    deliveries: [],
    visits: [BY_ANN],
    ticks: 1,
    repeatAfterMinutes: SELDOM,
  }),
  scenario({
    name: "an answer to the older of two",
    told: "AC",
    deliveries: [],
    visits: [BY_ANN],
    ticks: 1,
    faults: 0,
    repeatAfterMinutes: SELDOM,
  }),
  scenario({
    name: "a newer alert of the number",
    told: "A",
    deliveries: ["C"],
    ticks: 1,
    faults: 0,
    repeatAfterMinutes: SELDOM,
  }),
];
