import type { Action } from "./actions.ts";
import { createApplication } from "./application.ts";
import { apply } from "./apply.ts";
import { describeAction } from "./describe-action.ts";
import { explore, type Report } from "./explore.ts";
import { toInitialState } from "./initial-state.ts";
import { InvariantViolation } from "./invariant-violation.ts";
import type { CreateWebhook } from "./launch.ts";
import { type Order, recover, stopAll, toOrders } from "./recovery.ts";
import type { Context } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { type Counterexample, findShortest } from "./shortest.ts";
import type { State } from "./state.ts";

/** Explores the scenario; throws the shortest way to a violated invariant, in words. */
export async function exploreOrDescribe(
  scenario: Scenario,
  createWebhook: CreateWebhook,
  limitSeconds?: number,
): Promise<Report> {
  try {
    return await explore(scenario, createWebhook, limitSeconds);
  } catch (error) {
    if (!(error instanceof InvariantViolation)) throw error;
    const shortest = await findShortest(scenario, createWebhook);
    if (!shortest) throw error;
    const trace = await describeTrace(shortest, scenario, createWebhook);
    throw new Error(`${scenario.name}:\n${trace}`);
  }
}

/** A counterexample as a person can follow it: what happened, in order, and the invariant that it violates. */
export async function describeTrace(
  counterexample: Counterexample,
  scenario: Scenario,
  createWebhook: CreateWebhook,
): Promise<string> {
  const context: Context = { scenario, application: createApplication(createWebhook, scenario) };
  const said: string[] = [];
  let state = await toInitialState(context);
  try {
    for (const action of counterexample.trace) state = await step(state, action, context, said);
  } catch (error) {
    if (error instanceof InvariantViolation) return toText(said, counterexample);
    throw error;
  }
  for (const order of toOrders(scenario)) {
    const lines = await findBreach(state, order, context);
    if (lines) return toText([...said, ...lines], counterexample);
  }
  throw new Error("The trace violates no invariant when it is run again");
}

function toText(said: readonly string[], { message }: Counterexample): string {
  const lines = said.map((line, index) => `${String(index + 1).padStart(4)}  ${line}`);
  return [...lines, `      VIOLATED  ${message}`].join("\n");
}

async function step(before: State, action: Action, context: Context, said: string[]) {
  const note = (after: State) => {
    const line = describeAction(before, action, after, context.scenario);
    if (line) said.push(line);
  };
  try {
    const after = await apply(before, action, context);
    note(after);
    return after;
  } catch (error) {
    note(before);
    throw error;
  }
}

/** What happens in this order of recovery, if it violates an invariant. */
async function findBreach(state: State, order: Order, context: Context) {
  const isRunning = state.processes.some(({ phase }) => phase === "running");
  const stop = isRunning ? "every process dies; " : "";
  const said = [`${stop}from here on nothing fails`];
  try {
    await recover(stopAll(state), order, context, (before, action, after) => {
      const line = describeAction(before, action, after, context.scenario);
      if (line) said.push(line);
    });
    return undefined;
  } catch (error) {
    if (error instanceof InvariantViolation) return said;
    throw error;
  }
}
