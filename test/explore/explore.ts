import { type Move, toMoves } from "./actions.ts";
import { createApplication } from "./application.ts";
import { perform } from "./apply.ts";
import { Violation } from "./invariants.ts";
import type { CreateWebhook } from "./launch.ts";
import { recover, stopAll, toOrders } from "./recovery.ts";
import type { Stage } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { type Process, toRecoveryKey, toWorldKey, type World } from "./state.ts";

export interface Report {
  /** Every different sequence of moves from the beginning to an end. */
  readonly executions: bigint;
  /** Different worlds among them. */
  readonly worlds: number;
  readonly moves: number;
  /** Different stored worlds from which recovery was tried, each in every order. */
  readonly recoveries: number;
  /** How often one event was alerted at most, before any recovery. */
  readonly mostAlerts: number;
  /** Different points of the application's own code that were run to. */
  readonly codePoints: number;
  readonly seconds: number;
}

/** A broken promise, and all that happened before. */
export class Finding extends Error {
  override readonly name = "Finding";
  readonly trace: readonly Move[];

  constructor(violation: Violation, trace: readonly Move[]) {
    super(violation.message, { cause: violation });
    this.trace = trace;
  }
}

const START = Date.UTC(2026, 0, 1);

export function toFirstWorld({ deliveries, ticks, faults, waits }: Scenario): World {
  const process = { state: "waiting", flights: [], lateness: 0, unmarked: [] } as const;
  const processes: Process[] = [
    ...deliveries.map((_, delivery) => ({
      ...process,
      name: `delivery ${delivery + 1}`,
      role: { delivery },
    })),
    ...Array.from({ length: ticks }, (_, tick) => ({
      ...process,
      name: `tick ${tick + 1}`,
      role: "tick" as const,
    })),
  ];
  return {
    clock: START,
    rows: new Map(),
    shown: new Map(),
    alerts: new Map(),
    ambiguous: new Map(),
    processes,
    acknowledged: deliveries.map(() => false),
    strays: [],
    faultsLeft: faults,
    waitsLeft: waits,
  };
}

/**
 * Every execution of the scenario: a depth-first search over all moves from every world. A world
 * that was met before is not entered again, as everything that can follow is the same; the number
 * of executions through it is known and counted. No move leads back, so the search ends.
 *
 * In every world the whole system is stopped for once, and recovery tried; so it is at every end.
 */
export async function explore(scenario: Scenario, createWebhook: CreateWebhook): Promise<Report> {
  const startedAt = performance.now();
  const stage: Stage = { scenario, application: createApplication(createWebhook) };
  const executionsFrom = new Map<string, bigint>();
  const recovered = new Set<string>();
  const trace: Move[] = [];
  let moves = 0;
  let mostAlerts = 0;

  async function visit(world: World): Promise<bigint> {
    const key = toWorldKey(world);
    const known = executionsFrom.get(key);
    if (known !== undefined) return known;
    mostAlerts = Math.max(mostAlerts, ...world.alerts.values());
    await tryRecovery(world);
    const next = toMoves(world, scenario);
    let executions = next.length === 0 ? 1n : 0n;
    for (const move of next) {
      moves += 1;
      trace.push(move);
      executions += await visit(await perform(world, move, stage));
      trace.pop();
    }
    executionsFrom.set(key, executions);
    return executions;
  }

  async function tryRecovery(world: World): Promise<void> {
    const stopped = stopAll(world);
    const key = toRecoveryKey(stopped);
    if (recovered.has(key)) return;
    recovered.add(key);
    for (const order of toOrders(scenario)) await recover(stopped, order, stage);
  }

  try {
    const executions = await visit(toFirstWorld(scenario));
    return {
      executions,
      worlds: executionsFrom.size,
      moves,
      recoveries: recovered.size,
      mostAlerts,
      codePoints: stage.application.points,
      seconds: (performance.now() - startedAt) / 1000,
    };
  } catch (error) {
    if (error instanceof Violation) throw new Finding(error, [...trace]);
    throw error;
  }
}
