import { type Move, toMoves } from "./actions.ts";
import { createApplication } from "./application.ts";
import { perform } from "./apply.ts";
import { Finding, toFirstWorld } from "./explore.ts";
import { Violation } from "./invariants.ts";
import type { CreateWebhook } from "./launch.ts";
import { recover, stopAll, toOrders } from "./recovery.ts";
import type { Stage } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { toWorldKey, type World } from "./state.ts";

interface Visit {
  readonly world: World;
  readonly move?: Move;
  readonly from?: Visit;
}

interface Candidate {
  readonly finding: Finding;
  /** Moves until the promise breaks, those of the recovery too. */
  readonly length: number;
}

/**
 * The shortest way to a broken promise, undefined if there is none: a breadth-first search that
 * ends when every longer beginning alone is longer than what was found.
 */
export async function findShortest(
  scenario: Scenario,
  createWebhook: CreateWebhook,
): Promise<Finding | undefined> {
  const stage: Stage = { scenario, application: createApplication(createWebhook) };
  const seen = new Set<string>();
  let best: Candidate | undefined;
  let ring: Visit[] = [{ world: toFirstWorld(scenario) }];
  for (let depth = 0; ring.length > 0 && depth < (best?.length ?? Infinity); depth++) {
    const next: Visit[] = [];
    for (const visit of ring) {
      const candidates = [
        await tryRecovery(visit, depth, stage),
        await expand(visit, depth, stage, (world, move) => {
          const key = toWorldKey(world);
          if (!seen.has(key)) next.push({ world, move, from: visit });
          seen.add(key);
        }),
      ];
      for (const candidate of candidates) {
        if (candidate && candidate.length < (best?.length ?? Infinity)) best = candidate;
      }
    }
    ring = next;
  }
  return best?.finding;
}

async function tryRecovery(
  visit: Visit,
  depth: number,
  stage: Stage,
): Promise<Candidate | undefined> {
  let length = depth + 1;
  try {
    for (const order of toOrders(stage.scenario)) {
      length = depth + 1;
      await recover(stopAll(visit.world), order, stage, () => {
        length += 1;
      });
    }
    return undefined;
  } catch (error) {
    if (error instanceof Violation) return { finding: new Finding(error, toTrace(visit)), length };
    throw error;
  }
}

async function expand(
  visit: Visit,
  depth: number,
  stage: Stage,
  reach: (world: World, move: Move) => void,
): Promise<Candidate | undefined> {
  for (const move of toMoves(visit.world, stage.scenario)) {
    try {
      reach(await perform(visit.world, move, stage), move);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      return { finding: new Finding(error, [...toTrace(visit), move]), length: depth + 1 };
    }
  }
  return undefined;
}

function toTrace(visit: Visit): Move[] {
  const trace: Move[] = [];
  for (let at: Visit | undefined = visit; at?.move; at = at.from) trace.unshift(at.move);
  return trace;
}
