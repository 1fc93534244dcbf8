import { type Action, toActions } from "./actions.ts";
import { createApplication } from "./application.ts";
import { apply } from "./apply.ts";
import { toInitialState } from "./initial-state.ts";
import type { CreateWebhook } from "./launch.ts";
import type { Context } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import type { State } from "./state.ts";

/**
 * One execution from the beginning to an end, every process's code alive beside the others' all the
 * way: nothing is known from other executions. `choose` picks one of so many actions.
 */
export async function walk(
  scenario: Scenario,
  createWebhook: CreateWebhook,
  choose: (count: number) => number,
): Promise<{ readonly actions: readonly Action[]; readonly end: State }> {
  const context: Context = { scenario, application: createApplication(createWebhook, scenario) };
  const actions: Action[] = [];
  let state = await toInitialState(context);
  for (;;) {
    const possible = toActions(state, scenario);
    const action = possible[choose(possible.length)];
    if (!action) return { actions, end: state };
    actions.push(action);
    state = await apply(state, action, context);
  }
}

/** The same actions by code that has been run to everywhere before. */
export async function follow(actions: readonly Action[], context: Context): Promise<State> {
  let state = await toInitialState(context);
  for (const action of actions) state = await apply(state, action, context);
  return state;
}

/** All executions, one by one, with no state recognised: for small scenarios only. */
export async function countOneByOne(scenario: Scenario, context: Context): Promise<bigint> {
  async function count(state: State): Promise<bigint> {
    const next = toActions(state, scenario);
    if (next.length === 0) return 1n;
    let executions = 0n;
    for (const action of next) executions += await count(await apply(state, action, context));
    return executions;
  }
  return count(await toInitialState(context));
}
