import { type Move, toMoves } from "./actions.ts";
import { createApplication } from "./application.ts";
import { perform } from "./apply.ts";
import { toFirstWorld } from "./explore.ts";
import type { CreateWebhook } from "./launch.ts";
import type { Stage } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import type { World } from "./state.ts";

/**
 * One execution from the beginning to an end, every process's code alive beside the others' all the
 * way: nothing is known from other executions. `choose` picks one of so many moves.
 */
export async function walk(
  scenario: Scenario,
  createWebhook: CreateWebhook,
  choose: (count: number) => number,
): Promise<{ readonly moves: readonly Move[]; readonly end: World }> {
  const stage: Stage = { scenario, application: createApplication(createWebhook) };
  const moves: Move[] = [];
  let world = toFirstWorld(scenario);
  for (;;) {
    const possible = toMoves(world, scenario);
    const move = possible[choose(possible.length)];
    if (!move) return { moves, end: world };
    moves.push(move);
    world = await perform(world, move, stage);
  }
}

/** The same moves by code that has been run to everywhere before. */
export async function follow(moves: readonly Move[], stage: Stage): Promise<World> {
  let world = toFirstWorld(stage.scenario);
  for (const move of moves) world = await perform(world, move, stage);
  return world;
}

/** All executions, one by one, with no world recognised: for small scenarios only. */
export async function countOneByOne(scenario: Scenario, stage: Stage): Promise<bigint> {
  async function count(world: World): Promise<bigint> {
    const next = toMoves(world, scenario);
    if (next.length === 0) return 1n;
    let executions = 0n;
    for (const move of next) executions += await count(await perform(world, move, stage));
    return executions;
  }
  return count(toFirstWorld(scenario));
}
