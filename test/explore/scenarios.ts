import { DEEPER_INCIDENT_SCENARIOS, INCIDENT_SCENARIOS } from "./incident-scenarios.ts";
import { type Scenario, scenario } from "./scenario.ts";

const FULL_MINUTE = { single: 5, digest: 0 };
const ONE_PLACE_LEFT = { single: 4, digest: 0 };

/** What every run of the tests explores, completely. */
export const SCENARIOS: readonly Scenario[] = [
  scenario({ name: "one delivery, any number of faults", deliveries: ["A"], faults: Infinity }),
  scenario({ name: "one event delivered twice", deliveries: ["A", "A"], ticks: 1 }),
  scenario({ name: "a batch that repeats an event", deliveries: ["A", "AB"] }),
  scenario({ name: "two that alert, one that does not", deliveries: ["ABN"], faults: 2 }),
  scenario({ name: "an item refused in every form", deliveries: ["PA"], ticks: 1 }),
  scenario({ name: "an item taken in its plain form", deliveries: ["FA"] }),
  scenario({
    name: "a disabled key, and a tick",
    deliveries: ["A"],
    ticks: 1,
    outage: "ValidationException",
  }),
  scenario({
    name: "a denied table, one event twice",
    deliveries: ["A", "A"],
    faults: 0,
    outage: "AccessDeniedException",
  }),
  scenario({
    name: "a throttled table beside a refused item",
    deliveries: ["PA"],
    faults: 0,
    outage: "ProvisionedThroughputExceededException",
  }),
  scenario({
    name: "services that refuse a request",
    deliveries: ["A"],
    ticks: 1,
    faults: 2,
    faultKinds: ["refuse", "crash"],
  }),
  scenario({
    name: "one place for two alerts",
    deliveries: ["A", "B"],
    paced: true,
    published: ONE_PLACE_LEFT,
  }),
  scenario({
    name: "no place: told in a digest",
    deliveries: ["A"],
    ticks: 1,
    faults: 2,
    paced: true,
    published: FULL_MINUTE,
  }),
  scenario({
    name: "two ticks with digests at once",
    deliveries: ["A"],
    ticks: 2,
    paced: true,
    published: FULL_MINUTE,
  }),
  scenario({
    name: "a place for one digest, two ticks",
    deliveries: ["A"],
    ticks: 2,
    faults: 0,
    paced: true,
    published: { single: 5, digest: 4 },
  }),
  scenario({
    name: "a digest of two whose marks fail",
    deliveries: ["AB"],
    ticks: 1,
    faultKinds: ["fail"],
    attempts: 1,
    paced: true,
    published: FULL_MINUTE,
  }),
  ...INCIDENT_SCENARIOS,
];

/** What `npm run explore` adds. */
export const DEEPER: readonly Scenario[] = [
  scenario({ name: "one event twice, two faults", deliveries: ["A", "A"], ticks: 1, faults: 2 }),
  scenario({ name: "a batch that repeats, and a tick", deliveries: ["A", "AB"], ticks: 1 }),
  scenario({ name: "two and one, and a tick", deliveries: ["ABN"], ticks: 1 }),
  scenario({ name: "refused in every form, two faults", deliveries: ["PA"], ticks: 1, faults: 2 }),
  scenario({ name: "the plain form, and a tick", deliveries: ["FA"], ticks: 1 }),
  scenario({ name: "one event twice in a delivery", deliveries: ["AA"], ticks: 1, faults: 2 }),
  scenario({ name: "an alert that SNS never takes", deliveries: ["SA"], ticks: 1 }),
  scenario({ name: "one delivery, two ticks", deliveries: ["A"], ticks: 2, faults: 3 }),
  scenario({ name: "one event twice, two ticks", deliveries: ["A", "A"], ticks: 2 }),
  scenario({ name: "one event delivered three times", deliveries: ["A", "A", "A"] }),
  scenario({
    name: "a disabled key, one event twice, and a tick",
    deliveries: ["A", "A"],
    ticks: 1,
    faults: 0,
    outage: "ValidationException",
  }),
  scenario({
    name: "given-up requests that arrive later",
    deliveries: ["A", "A"],
    ticks: 1,
    strays: true,
  }),
  scenario({
    name: "time between claims, pages of one alert",
    deliveries: ["A", "B"],
    ticks: 1,
    waits: 1,
    pageSize: 1,
  }),
  scenario({
    name: "a digest of two, any fault",
    deliveries: ["AB"],
    ticks: 1,
    paced: true,
    published: FULL_MINUTE,
  }),
  scenario({
    name: "one place for two alerts, and a tick",
    deliveries: ["A", "B"],
    ticks: 1,
    paced: true,
    published: ONE_PLACE_LEFT,
  }),
  ...DEEPER_INCIDENT_SCENARIOS,
];
