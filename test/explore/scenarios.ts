import {
  BEFORE_MARK,
  DEEPER_INCIDENT_SCENARIOS,
  INCIDENT_SCENARIOS,
} from "./incident-scenarios.ts";
import { OPEN } from "./open-alert.ts";
import { PIN_SCENARIOS } from "./pin-scenarios.ts";
import { type Scenario, scenario } from "./scenario.ts";

const FULL_MINUTE = { single: 5, digest: 0 };
const ONE_PLACE_LEFT = { single: 4, digest: 0 };

const TWICE = { deliveries: ["A", "A"], ticks: 1 };

/** A full minute, and two ticks that send a digest. */
const TWO_TICKS = { deliveries: ["A"], ticks: 2, paced: true, published: FULL_MINUTE };

/** A digest of two alerts, each of which is marked on its own. */
const DIGEST_OF_TWO = {
  deliveries: ["AB"],
  ticks: 1,
  faultKinds: ["fail"],
  attempts: 1,
  paced: true,
  published: FULL_MINUTE,
} as const;

/** What every run of the tests explores, completely. */
export const SCENARIOS: readonly Scenario[] = [
  scenario("one delivery, any number of faults", { deliveries: ["A"], faults: Infinity }),
  scenario("one event delivered twice", { ...TWICE, faultKinds: ["lose", "crash"] }),
  scenario("a batch that repeats an event", { deliveries: ["A", "AB"] }),
  scenario("two that alert", { deliveries: ["AB"], faults: 2 }),
  scenario("two that alert, one that does not", { deliveries: ["ABN"] }),
  scenario("an item refused in every form", { deliveries: ["PA"], ticks: 1 }),
  scenario("an item taken in its plain form", { deliveries: ["FA"] }),
  scenario("a disabled key, and a tick", {
    deliveries: ["A"],
    ticks: 1,
    outage: "ValidationException",
  }),
  scenario("a denied table, one event twice", {
    deliveries: ["A", "A"],
    faults: 0,
    outage: "AccessDeniedException",
  }),
  scenario("a throttled table beside a refused item", {
    deliveries: ["PA"],
    faults: 0,
    outage: "ProvisionedThroughputExceededException",
  }),
  scenario("services that refuse a request", {
    deliveries: ["A"],
    ticks: 1,
    faults: 2,
    faultKinds: ["refuse", "crash"],
  }),
  scenario("one place for two alerts", {
    deliveries: ["A", "B"],
    paced: true,
    published: ONE_PLACE_LEFT,
  }),
  scenario("no place: sent in a digest", {
    deliveries: ["A"],
    ticks: 1,
    faults: 2,
    paced: true,
    published: FULL_MINUTE,
  }),
  scenario("two ticks with digests at once", { ...TWO_TICKS, faultKinds: ["lose", "crash"] }),
  scenario("a place for one digest, two ticks", {
    ...TWO_TICKS,
    faults: 0,
    published: { single: 5, digest: 4 },
  }),
  scenario("a digest of two whose marks fail", { ...DIGEST_OF_TWO, isInstant: true }),
  ...INCIDENT_SCENARIOS,
  ...PIN_SCENARIOS,
];

/** What `npm run explore -- --quick` adds: each takes some seconds. */
export const LONGER: readonly Scenario[] = [
  scenario("two that alert, one that does not, two faults", { deliveries: ["ABN"], faults: 2 }),
  scenario("one event delivered twice, any fault", TWICE),
  scenario("a tick, two faults", { deliveries: ["A"], ticks: 1, faults: 2 }),
  scenario("two ticks with digests, any fault", TWO_TICKS),
  scenario("a digest of two whose marks fail, at any time", DIGEST_OF_TWO),
  scenario("a repeat, and two ticks, any fault", { ...OPEN, ticks: 2 }),
  scenario("an answer before its mark, any fault", BEFORE_MARK),
];

/** What `npm run explore` adds: each may take minutes. */
export const DEEPER: readonly Scenario[] = [
  scenario("one event twice, two faults", { deliveries: ["A", "A"], ticks: 1, faults: 2 }),
  scenario("one event twice in a delivery", { deliveries: ["AA"], ticks: 1, faults: 2 }),
  scenario("an alert that SNS never takes", { deliveries: ["SA"], ticks: 1 }),
  scenario("one delivery, two ticks", { deliveries: ["A"], ticks: 2, faults: 3 }),
  scenario("one event delivered three times", { deliveries: ["A", "A", "A"] }),
  scenario("given-up requests arrive later", { deliveries: ["A", "A"], ticks: 1, strays: true }),
  scenario("time between claims, pages of one alert", {
    deliveries: ["A", "B"],
    ticks: 1,
    waits: 1,
    pageSize: 1,
  }),
  scenario("a digest of two, any fault", {
    deliveries: ["AB"],
    ticks: 1,
    paced: true,
    published: FULL_MINUTE,
  }),
  ...DEEPER_INCIDENT_SCENARIOS,
];
