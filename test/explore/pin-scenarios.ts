import { type Mutant, mutant } from "./mutant.ts";
import { type Scenario, scenario } from "./scenario.ts";

const BY_ANN = { letter: "D", name: "Ann" } as const;
const BY_BEN = { letter: "D", name: "Ben" } as const;

/** A number that was turned off. Killed runs are healed by the next: test/lambda/protect. */
const OFF = {
  sentBefore: "D",
  deliveries: [],
  isInstant: true,
  recovers: false,
  repeatAfterMinutes: [5, 1440],
  attempts: 1,
} as const;

const TWO_RUNS: Partial<Scenario> = {
  ...OFF,
  visits: [
    { ...BY_ANN, pin: "protect" },
    { ...BY_BEN, pin: "protect" },
  ],
  faultKinds: ["lose", "crash"],
};
const TWO_PRESSES: Partial<Scenario> = {
  ...OFF,
  attempts: 2,
  visits: [
    { ...BY_ANN, pin: "press" },
    { ...BY_BEN, pin: "press" },
  ],
};
const DELIVERED_TWICE: Partial<Scenario> = {
  ...OFF,
  visits: [
    { ...BY_ANN, pin: "press" },
    { ...BY_ANN, pin: "link run" },
    { ...BY_BEN, pin: "link run" },
  ],
  visited: 1,
  faultKinds: ["lose", "crash"],
};

/** New PINs: none that Meta may have is lost, and by link a number gets one. */
export const PIN_SCENARIOS: readonly Scenario[] = [
  scenario("two runs that set a PIN", TWO_RUNS),
  scenario("two presses of the page's button", TWO_PRESSES),
  scenario("a press that Lambda delivers twice", DELIVERED_TWICE),
];

export const PIN_MUTANTS: readonly Mutant[] = [
  mutant(
    "a run does not look whether another one is under way",
    /the PIN that Meta has is not among those that it can be/,
    { ...TWO_RUNS, faults: 0 },
    [
      "protect/claims.ts",
      '"attribute_not_exists(claimedUntil) OR claimedUntil <= :now OR claimToken = :token"',
      '"attribute_not_exists(absent) OR claimedUntil <= :now OR claimToken = :token"',
    ],
    ["protect/claims.ts", '"claimToken = :token AND claimedUntil > :now"', '"claimedUntil > :now"'],
  ),
  mutant(
    "a PIN is noted as the one that Meta has before it was sent",
    /the PIN that Meta has is not among those that it can be/,
    { ...TWO_RUNS, visits: [{ ...BY_ANN, pin: "protect" }], faults: 0 },
    ["protect/claims.ts", "toList([...possible, version])", "toList(possible)"],
  ),
  mutant(
    "a press is noted without a condition",
    /the watchdog's function was started twice for one number/,
    { ...TWO_PRESSES, faults: 0 },
    [
      "incident/link-runs.ts",
      '"attribute_not_exists(linkAskedAt) OR linkAskedAt <= :before OR linkToken = :token"',
      '"attribute_not_exists(absent) OR linkAskedAt <= :before OR linkToken = :token"',
    ],
  ),
  mutant(
    "a press is carried out as often as Lambda delivers it",
    /2 PINs were stored for one press/,
    { ...DELIVERED_TWICE, faults: 0 },
    [
      "incident/link-runs.ts",
      "(attribute_not_exists(linkRun) OR linkRun = :run)",
      "(attribute_not_exists(absent) OR linkRun = :run)",
    ],
  ),
];
