import { toActions } from "./actions.ts";
import { createApplication } from "./application.ts";
import { apply } from "./apply.ts";
import { toInitialState } from "./initial-state.ts";
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
  readonly seconds: number;
  /** Whether the search ended by itself; if not, no bug was found in what it has seen. */
  readonly isWhole: boolean;
}

/** The search's time is over. */
class OutOfTime extends Error {}

/**
 * Every execution of the scenario: a depth-first search over all actions from every state. A state
 * that was met before is not entered again, as everything that can follow is the same; the number
 * of executions through it is known and counted. No action leads back, so the search ends.
 *
 * In every state the whole system is stopped for once, and recovery tried; so it is at every end.
 * Rejects with the first violation of an invariant. After `limitSeconds` the search ends where it is.
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

  async function visit(state: State): Promise<bigint> {
    const key = toStateKey(state);
    const known = executionsFrom.get(key);
    if (known !== undefined) return known;
    if (performance.now() - startedAt > limitSeconds * 1000) throw new OutOfTime();
    await tryRecovery(state);
    const next = toActions(state, scenario);
    let executions = next.length === 0 ? 1n : 0n;
    for (const action of next) executions += await visit(await apply(state, action, context));
    executionsFrom.set(key, executions);
    return executions;
  }

  async function tryRecovery(state: State): Promise<void> {
    const stopped = stopAll(state);
    const key = toRecoveryKey(stopped, scenario);
    if (recovered.has(key)) return;
    recovered.add(key);
    for (const order of toOrders(scenario)) await recover(stopped, order, context);
  }

  function toReport(executions: bigint, isWhole: boolean): Report {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    return { executions, isWhole, states: executionsFrom.size, seconds };
  }

  try {
    return toReport(await visit(await toInitialState(context)), true);
  } catch (error) {
    if (error instanceof OutOfTime) return toReport(0n, false);
    throw error;
  }
}
