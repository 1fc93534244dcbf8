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

export interface Report {
  /** Every different sequence of actions from the beginning to an end. */
  readonly executions: bigint;
  /** Different states among them. */
  readonly states: number;
  readonly actions: number;
  /** Different stored states from which recovery was tried, each in every order. */
  readonly recoveries: number;
  /** How often one thing was told at most, before any recovery. */
  readonly mostTold: number;
  /** Different points of the application's own code that were run to. */
  readonly codePoints: number;
  readonly seconds: number;
  /** Whether the search ended by itself; if not, no bug was found in what it has seen. */
  readonly isWhole: boolean;
}

/** The search's time is over. */
class OutOfTime extends Error {}

/** A violated invariant, and all that happened before. */
export class Counterexample extends Error {
  override readonly name = "Counterexample";
  readonly trace: readonly Action[];

  constructor(violation: InvariantViolation, trace: readonly Action[]) {
    super(violation.message, { cause: violation });
    this.trace = trace;
  }
}

/**
 * Every execution of the scenario: a depth-first search over all actions from every state. A state
 * that was met before is not entered again, as everything that can follow is the same; the number
 * of executions through it is known and counted. No action leads back, so the search ends.
 *
 * In every state the whole system is stopped for once, and recovery tried; so it is at every end.
 * After `limitSeconds` the search ends where it is.
 */
export async function explore(
  scenario: Scenario,
  createWebhook: CreateWebhook,
  limitSeconds = Number.POSITIVE_INFINITY,
): Promise<Report> {
  const startedAt = performance.now();
  const context: Context = { scenario, application: createApplication(createWebhook, scenario) };
  const executionsFrom = new Map<string, bigint>();
  const recovered = new Set<string>();
  const trace: Action[] = [];
  let actions = 0;
  let mostTold = 0;

  async function visit(state: State): Promise<bigint> {
    const key = toStateKey(state);
    const known = executionsFrom.get(key);
    if (known !== undefined) return known;
    if (performance.now() - startedAt > limitSeconds * 1000) throw new OutOfTime();
    mostTold = Math.max(mostTold, ...state.told.values());
    await tryRecovery(state);
    const next = toActions(state, scenario);
    let executions = next.length === 0 ? 1n : 0n;
    for (const action of next) {
      actions += 1;
      trace.push(action);
      executions += await visit(await apply(state, action, context));
      trace.pop();
    }
    executionsFrom.set(key, executions);
    return executions;
  }

  async function tryRecovery(state: State): Promise<void> {
    const stopped = stopAll(state);
    const key = toRecoveryKey(stopped);
    if (recovered.has(key)) return;
    recovered.add(key);
    for (const order of toOrders(scenario)) await recover(stopped, order, context);
  }

  function toReport(executions: bigint, isWhole: boolean): Report {
    return {
      executions,
      isWhole,
      states: executionsFrom.size,
      actions,
      recoveries: recovered.size,
      mostTold,
      codePoints: context.application.points,
      seconds: (performance.now() - startedAt) / 1000,
    };
  }

  try {
    return toReport(await visit(await toInitialState(context)), true);
  } catch (error) {
    if (error instanceof OutOfTime) return toReport(0n, false);
    if (error instanceof InvariantViolation) throw new Counterexample(error, [...trace]);
    throw error;
  }
}
