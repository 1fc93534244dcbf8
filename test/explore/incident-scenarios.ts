import { type Scenario, scenario } from "./scenario.ts";

const BY_ANN = { letter: "A", name: "Ann", answer: "planned" } as const;
const BY_BEN = { letter: "A", name: "Ben", answer: "handling" } as const;
const OF_B = { ...BY_BEN, letter: "B" } as const;
/** A look at the page, as a mail scanner takes it. */
const LOOK = { letter: "A" };

/** At 5 minutes, at 24 hours, and lapsed at 48. */
const SELDOM = [5, 1440];

/** Alerts of two numbers, answered in a minute whose places others have taken. */
const MORE_THAN_PLACES = {
  told: "AB",
  deliveries: [],
  visits: [BY_ANN, OF_B],
  visited: 2,
  minutesLater: 2,
  isInstant: true,
  paced: true,
  repeatAfterMinutes: SELDOM,
} as const;

/** What every run of the tests explores about alerts that wait for an answer. */
export const INCIDENT_SCENARIOS: readonly Scenario[] = [
  scenario({
    name: "a repeat, and its tick",
    told: "A",
    deliveries: [],
    ticks: 1,
    repeatAfterMinutes: SELDOM,
  }),
  scenario({
    name: "a repeat, and two ticks at once",
    told: "A",
    deliveries: [],
    ticks: 2,
    minutesLater: 6,
    isInstant: true,
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
    name: "a completed reset, and a later request",
    told: "DC",
    deliveries: [],
    ticks: 1,
    faults: 0,
    repeatAfterMinutes: SELDOM,
  }),
  scenario({
    name: "an answer by an old link",
    told: "A",
    deliveries: ["C"],
    visits: [BY_ANN, { ...BY_ANN, name: "Ben" }],
    visited: 1,
    isInstant: true,
    faults: 0,
    repeatAfterMinutes: SELDOM,
  }),
  scenario({
    name: "an answer that only pauses",
    told: "A",
    deliveries: [],
    visits: [BY_BEN],
    visited: 1,
    ticks: 1,
    repeatAfterMinutes: SELDOM,
  }),
  scenario({
    name: "an answer before its alert is marked",
    deliveries: ["A"],
    visits: [BY_ANN],
    repeatAfterMinutes: SELDOM,
  }),
  scenario({
    ...MORE_THAN_PLACES,
    name: "more answers than places",
    ticks: 1,
    published: { single: 5, digest: 0 },
  }),
  scenario({
    ...MORE_THAN_PLACES,
    name: "a last place for two answers",
    ticks: 1,
    published: { single: 4, digest: 5 },
  }),
  scenario({
    ...MORE_THAN_PLACES,
    name: "two answers to one alert, no place",
    told: "A",
    visits: [BY_ANN, BY_BEN],
    visited: 1,
    ticks: 1,
    faults: 0,
    published: { single: 5, digest: 0 },
  }),
];

/** What `npm run explore` adds. */
export const DEEPER_INCIDENT_SCENARIOS: readonly Scenario[] = [
  scenario({
    name: "a repeat, two ticks, a crash at any time",
    told: "A",
    deliveries: [],
    ticks: 2,
    faultKinds: ["crash"],
    repeatAfterMinutes: SELDOM,
  }),
  scenario({
    ...MORE_THAN_PLACES,
    name: "more answers than places, two faults",
    ticks: 1,
    faults: 2,
    published: { single: 5, digest: 0 },
  }),
  scenario({
    ...MORE_THAN_PLACES,
    name: "more answers than places, two ticks",
    ticks: 2,
    faults: 0,
    published: { single: 5, digest: 0 },
  }),
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
