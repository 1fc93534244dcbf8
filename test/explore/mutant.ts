import type { Edit } from "./load-mutant.ts";
import type { Scenario } from "./scenario.ts";

/** A way to break the protocol on purpose, and where to look for the damage. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** Edits that make another application of it, as sound as the one that is deployed. */
  readonly variant?: readonly Edit[];
  /** The unbroken application keeps all invariants here. */
  readonly scenario: Scenario;
  /** What the explorer must find. */
  readonly breaks: RegExp;
}
