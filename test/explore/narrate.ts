import type { Move } from "./actions.ts";
import { createApplication } from "./application.ts";
import { perform } from "./apply.ts";
import { tell } from "./describe-action.ts";
import { type Finding, toFirstWorld } from "./explore.ts";
import { Violation } from "./invariants.ts";
import type { CreateWebhook } from "./launch.ts";
import { type Order, recover, stopAll, toOrders } from "./recovery.ts";
import type { Stage } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import type { World } from "./state.ts";

/** A finding as a person can follow it: what happened, in order, and the promise that broke. */
export async function narrate(
  finding: Finding,
  scenario: Scenario,
  createWebhook: CreateWebhook,
): Promise<string> {
  const stage: Stage = { scenario, application: createApplication(createWebhook) };
  const told: string[] = [];
  let world = toFirstWorld(scenario);
  try {
    for (const move of finding.trace) world = await step(world, move, stage, told);
  } catch (error) {
    if (error instanceof Violation) return toText(told, finding);
    throw error;
  }
  for (const order of toOrders(scenario)) {
    const lines = await findBreach(world, order, stage);
    if (lines) return toText([...told, ...lines], finding);
  }
  throw new Error("The trace breaks no promise when it is run again");
}

function toText(told: readonly string[], { message }: Finding): string {
  const lines = told.map((line, index) => `${String(index + 1).padStart(4)}  ${line}`);
  return [...lines, `      BROKEN  ${message}`].join("\n");
}

async function step(before: World, move: Move, stage: Stage, told: string[]): Promise<World> {
  const note = (after: World) => {
    const line = tell(before, move, after, stage.scenario);
    if (line) told.push(line);
  };
  try {
    const after = await perform(before, move, stage);
    note(after);
    return after;
  } catch (error) {
    note(before);
    throw error;
  }
}

/** What happens in this order of recovery, if it breaks a promise. */
async function findBreach(world: World, order: Order, stage: Stage): Promise<string[] | undefined> {
  const isRunning = world.processes.some(({ state }) => state === "running");
  const stop = isRunning ? "every process dies; " : "";
  const told = [`${stop}from here on nothing fails`];
  try {
    await recover(stopAll(world), order, stage, (before, move, after) => {
      const line = tell(before, move, after, stage.scenario);
      if (line) told.push(line);
    });
    return undefined;
  } catch (error) {
    if (error instanceof Violation) return told;
    throw error;
  }
}
