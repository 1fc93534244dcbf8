import {
  BY_ANN,
  BY_BEN,
  BY_OLGA,
  CLAIMED,
  OPEN,
  REOPENED,
  SUPERSEDED,
  TOO_OLD,
  withoutPlace,
} from "./open-alert.ts";
import { type Scenario, scenario } from "./scenario.ts";

/** A look at the page, as a mail scanner takes it. */
const LOOK = { letter: "A" };

/** Alerts of two numbers, answered in a minute whose places others have taken. */
const MORE_THAN_PLACES = withoutPlace(BY_ANN, { ...BY_BEN, letter: "B" });

const FULL_MINUTE = { single: 5, digest: 0 };

/** Ann answers as soon as SNS has the message. */
export const BEFORE_MARK = { ...OPEN, sentBefore: "", deliveries: ["A"], visits: [BY_ANN] };

/** What every run of the tests explores about alerts that wait for an answer. */
export const INCIDENT_SCENARIOS: readonly Scenario[] = [
  scenario("a repeat, and its tick", { ...OPEN, ticks: 1 }),
  scenario("a repeat, two ticks at any time", { ...OPEN, ticks: 2, faultKinds: ["lose", "crash"] }),
  scenario("an answer, and a repeat at the same time", {
    ...OPEN,
    visits: [BY_ANN],
    ticks: 1,
    minutesLater: 6,
    isInstant: true,
    faultKinds: ["lose", "crash"],
  }),
  scenario("two answers", { ...OPEN, visits: [BY_ANN, BY_BEN], isInstant: true, faults: 0 }),
  scenario("a look at the page", { ...OPEN, visits: [LOOK], ticks: 1 }),
  scenario("two open alerts of one number", { ...OPEN, sentBefore: "AC", ticks: 1, faults: 0 }),
  scenario("a completed reset, then a request", { ...OPEN, sentBefore: "DC", ticks: 1, faults: 0 }),
  scenario("an answer by an old link", {
    ...OPEN,
    deliveries: ["C"],
    visits: [BY_ANN, { ...BY_ANN, name: "Ben" }],
    visited: 1,
    isInstant: true,
    faults: 0,
  }),
  scenario("an answer by a link that is too old", { ...TOO_OLD, deliveries: ["C"] }),
  scenario("an answer by a superseded alert's link", { ...SUPERSEDED, ticks: 1 }),
  scenario("an alert opened again", { ...REOPENED, ticks: 1, faultKinds: ["lose", "crash"] }),
  scenario("an answer by a clock that is ahead", {
    ...OPEN,
    visits: [{ ...BY_OLGA, minutesAhead: 60 }],
    ticks: 1,
    isInstant: true,
  }),
  scenario("a claim, and what every view says of it", { ...CLAIMED, ticks: 1 }),
  scenario("an answer that only pauses", { ...OPEN, visits: [BY_BEN], visited: 1, ticks: 1 }),
  scenario("an answer before its alert's mark", { ...BEFORE_MARK, faultKinds: ["lose", "crash"] }),
  scenario("more answers than places", { ...MORE_THAN_PLACES, published: FULL_MINUTE }),
  scenario("a last place for two answers", {
    ...MORE_THAN_PLACES,
    published: { single: 4, digest: 5 },
  }),
  scenario("two answers to one alert, no place", {
    ...withoutPlace(BY_ANN, BY_BEN),
    visited: 1,
    faults: 0,
    published: FULL_MINUTE,
  }),
];

/** What `npm run explore` adds. */
export const DEEPER_INCIDENT_SCENARIOS: readonly Scenario[] = [
  scenario("more answers than places, two faults", {
    ...MORE_THAN_PLACES,
    faults: 2,
    published: FULL_MINUTE,
  }),
  scenario("an answer and a repeat, any fault", { ...OPEN, visits: [BY_ANN], ticks: 1 }),
  scenario("a newer alert of the number", { ...OPEN, deliveries: ["C"], ticks: 1, faults: 0 }),
];
