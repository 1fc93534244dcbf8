import { type Action, toActions } from "./actions.ts";
import { createApplication } from "./application.ts";
import { apply } from "./apply.ts";
import { toInitialState } from "./initial-state.ts";
import { InvariantViolation } from "./invariant-violation.ts";
import type { CreateWebhook } from "./launch.ts";
import { recover, stopAll, toOrders } from "./recovery.ts";
import type { Context } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { type State, toRecoveryKey, toStateKey } from "./state.ts";

/** A violated invariant, and all that happened before. */
export interface Counterexample {
  readonly message: string;
  readonly trace: readonly Action[];
}

interface Visit {
  readonly state: State;
  readonly action?: Action;
  readonly from?: Visit;
}

interface Candidate {
  readonly counterexample: Counterexample;
  /** Actions until the invariant is violated, those of the recovery too. */
  readonly length: number;
}

/**
 * The shortest way to a violated invariant, undefined if there is none: a breadth-first search that
 * ends when every longer beginning alone is longer than what was found.
 */
export async function findShortest(scenario: Scenario, createWebhook: CreateWebhook) {
  const context: Context = { scenario, application: createApplication(createWebhook, scenario) };
  const seen = new Set<string>();
  const recovered = new Set<string>();
  let best: Candidate | undefined;
  let ring: Visit[] = [{ state: await toInitialState(context) }];
  for (let depth = 0; ring.length > 0 && depth < (best?.length ?? Infinity); depth++) {
    const next: Visit[] = [];
    for (const visit of ring) {
      const candidates = [
        isFirst(recovered, toRecoveryKey(stopAll(visit.state), scenario))
          ? await tryRecovery(visit, depth, context)
          : undefined,
        await expand(visit, depth, context, (state, action) => {
          if (isFirst(seen, toStateKey(state))) next.push({ state, action, from: visit });
        }),
      ];
      for (const candidate of candidates) {
        if (candidate && candidate.length < (best?.length ?? Infinity)) best = candidate;
      }
    }
    ring = next;
  }
  return best?.counterexample;
}

/** Whether the key is new. What was met before was met by a way that is no longer. */
function isFirst(met: Set<string>, key: string): boolean {
  return met.size < met.add(key).size;
}

async function tryRecovery(visit: Visit, depth: number, context: Context) {
  let length = depth + 1;
  try {
    for (const order of toOrders(context.scenario)) {
      length = depth + 1;
      await recover(stopAll(visit.state), order, context, () => {
        length += 1;
      });
    }
    return undefined;
  } catch (error) {
    if (error instanceof InvariantViolation)
      return { counterexample: { message: error.message, trace: toTrace(visit) }, length };
    throw error;
  }
}

async function expand(
  visit: Visit,
  depth: number,
  context: Context,
  reach: (state: State, action: Action) => void,
): Promise<Candidate | undefined> {
  for (const action of toActions(visit.state, context.scenario)) {
    try {
      reach(await apply(visit.state, action, context), action);
    } catch (error) {
      if (!(error instanceof InvariantViolation)) throw error;
      const trace = [...toTrace(visit), action];
      return { counterexample: { message: error.message, trace }, length: depth + 1 };
    }
  }
  return undefined;
}

function toTrace(visit: Visit): Action[] {
  const trace: Action[] = [];
  for (let at: Visit | undefined = visit; at?.action; at = at.from) trace.unshift(at.action);
  return trace;
}
