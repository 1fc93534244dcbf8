import { type Scenario, scenario } from "./scenario.ts";

/** A change to the text of one of the application's files (its path in `lambda/`), in one place. */
export type Edit = readonly [file: string, find: string, replace: string];

/** A way to break the protocol on purpose, and where to look for the damage. */
export interface Mutant {
  readonly name: string;
  /** What the explorer must find. */
  readonly breaks: RegExp;
  /** The unbroken application keeps all invariants here. */
  readonly scenario: Scenario;
  readonly edits: readonly Edit[];
  /** Edits that make another application of it, as sound as the one that is deployed. */
  readonly variant?: readonly Edit[];
}

export function mutant(
  name: string,
  breaks: RegExp,
  difference: Partial<Scenario>,
  ...edits: readonly Edit[]
): Mutant {
  return { name, breaks, scenario: scenario("", difference), edits };
}
