import { ANSWER_MUTANTS } from "./answer-mutants.ts";
import { INCIDENT_MUTANTS } from "./incident-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { OUTBOX_MUTANTS } from "./outbox-mutants.ts";
import { PACE_MUTANTS } from "./pace-mutants.ts";
import { PIN_MUTANTS } from "./pin-scenarios.ts";
import { TABLE_MUTANTS } from "./table-mutants.ts";
import { TICK_MUTANTS } from "./tick-mutants.ts";

export const MUTANTS: readonly Mutant[] = [
  ...OUTBOX_MUTANTS,
  ...TABLE_MUTANTS,
  ...PACE_MUTANTS,
  ...TICK_MUTANTS,
  ...INCIDENT_MUTANTS,
  ...ANSWER_MUTANTS,
  ...PIN_MUTANTS,
];
