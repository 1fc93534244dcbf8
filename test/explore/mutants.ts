import { ANSWER_MUTANTS } from "./answer-mutants.ts";
import { INCIDENT_MUTANTS } from "./incident-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { OUTBOX_MUTANTS } from "./outbox-mutants.ts";
import { PIN_MUTANTS } from "./pin-scenarios.ts";
import { TABLE_MUTANTS } from "./table-mutants.ts";

export const MUTANTS: readonly Mutant[] = [
  ...OUTBOX_MUTANTS,
  ...TABLE_MUTANTS,
  ...INCIDENT_MUTANTS,
  ...ANSWER_MUTANTS,
  ...PIN_MUTANTS,
];
