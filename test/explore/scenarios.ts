import { type Scenario, scenario } from "./scenario.ts";

/** What every run of the tests explores, completely. */
export const SCENARIOS: readonly Scenario[] = [
  scenario({ name: "one delivery, any number of faults", deliveries: ["A"], faults: Infinity }),
  scenario({ name: "one event delivered twice", deliveries: ["A", "A"], ticks: 1, faults: 2 }),
  scenario({ name: "a batch that repeats an event", deliveries: ["A", "AB"], ticks: 1 }),
  scenario({ name: "two that alert, one that does not", deliveries: ["ABN"], ticks: 1 }),
  scenario({ name: "a poison change beside a good one", deliveries: ["PA"], ticks: 1, faults: 2 }),
];

/** What `npm run explore` adds. */
export const DEEPER: readonly Scenario[] = [
  scenario({ name: "one event twice in a delivery", deliveries: ["AA"], ticks: 1, faults: 2 }),
  scenario({ name: "an alert that SNS never takes", deliveries: ["SA"], ticks: 1 }),
  scenario({ name: "one delivery, two ticks", deliveries: ["A"], ticks: 2, faults: 3 }),
  scenario({ name: "one event twice, two ticks", deliveries: ["A", "A"], ticks: 2 }),
  scenario({ name: "one event delivered three times", deliveries: ["A", "A", "A"], ticks: 1 }),
  scenario({ name: "one event twice, three faults", deliveries: ["A", "A"], ticks: 1, faults: 3 }),
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
];
