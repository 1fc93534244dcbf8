import type { Item } from "../../lambda/event/event-item.ts";
import { checkRevisit } from "./answer-invariants.ts";
import { crash } from "./faults.ts";
import { checkRecovered, checkRedelivery } from "./invariants.ts";
import { toRowKey } from "./memory-table.ts";
import type { Context } from "./run.ts";
import { runAlone, type Watch } from "./run-alone.ts";
import { findEvent, type Scenario } from "./scenario.ts";
import { isInternal, type Role, type State, toDueAt } from "./state.ts";
import { checkViews } from "./views.ts";
import type { Visit } from "./visits.ts";

/** What a recovery is made of: who has started, and who watches. */
interface Recovery {
  readonly started: readonly Request[];
  readonly context: Context;
  readonly watch: Watch;
}

type Step = (state: State, recovery: Recovery) => State | Promise<State>;

export type Order = readonly Step[];

/** Every process gone at once. */
export function stopAll(state: State): State {
  const running = state.processes.map((_, index) => index);
  return running.reduce(
    (stopped, index) =>
      stopped.processes[index]?.phase === "running" ? crash(stopped, index) : stopped,
    state,
  );
}

/** The orders in which a system can recover. */
export function toOrders({ relay, recovers }: Scenario): readonly Order[] {
  if (!recovers) return [];
  return relay ? ORDERS : WITHOUT_RELAY;
}

/**
 * From now on nothing fails: Meta delivers again what it sent and has not received a 200 for, claims
 * run out and the relay ticks once, in this order, and in the end the invariants hold.
 */
export async function recover(
  stopped: State,
  order: Order,
  context: Context,
  watch: Watch = () => {},
): Promise<void> {
  const started = toStarted(stopped);
  const sent = started.flatMap((role) => ("delivery" in role ? [role.delivery] : []));
  let state: State = { ...stopped, processes: [], strays: [], outage: "over" };
  if (context.scenario.comparesViews) await checkViews(state, context);
  for (const step of order) state = await step(state, { started, context, watch });
  checkRecovered(
    state,
    sent.map((delivery) => context.scenario.deliveries[delivery] ?? ""),
    context.scenario,
    stopped,
  );
  if (context.scenario.comparesViews) await checkViews(state, context);
}

type Request = Exclude<Role, "tick" | "sent before">;

/** What Meta has sent at all, and who has visited. */
function toStarted({ processes }: State): Request[] {
  return processes.flatMap(({ role, phase }) => {
    return isInternal(role) || phase === "waiting" ? [] : [role];
  });
}

/** Until every claim has run out that is held now. */
function runOut(state: State, { watch }: Recovery): State {
  const held = [...state.rows.values()].filter((item) => item.claimToken !== undefined);
  return passTime(state, Math.max(0, ...held.map(toDueAt)) + 1, watch);
}

function passTime(state: State, clock: number, watch: Watch): State {
  if (clock <= state.clock) return state;
  const after = { ...state, clock };
  watch(state, { type: "expire", clock, outlived: [] }, after);
  return after;
}

/** More ticks than any scenario needs until nothing is due any more. */
const MAX_TICKS = 12;
const MINUTE = 60_000;

/** A tick a minute; minutes in which nothing is due are skipped. */
async function tickUntilDone(before: State, { context, watch }: Recovery): Promise<State> {
  let state = await runAlone(before, "recovery tick 1", "tick", context, watch);
  for (let tick = 2; tick <= MAX_TICKS; tick++) {
    const waiting = [...state.rows.values()].filter((item) => item.outbox && isPublishable(item));
    if (waiting.length === 0) return state;
    const due = Math.min(...waiting.map(toDueAt)) + 1;
    state = passTime(state, Math.max(due, state.clock + MINUTE), watch);
    state = await runAlone(state, `recovery tick ${tick}`, "tick", context, watch);
  }
  return state;
}

function isPublishable(item: Item): boolean {
  return findEvent(toRowKey(item))?.publishable === true;
}

/** Meta delivers again, and people send again, what they do not know to be done. */
async function repeatRequests(before: State, { started, context, watch }: Recovery) {
  const { deliveries, visits } = context.scenario;
  let state = before;
  for (const role of started) {
    const isDelivery = "delivery" in role;
    if (isDelivery ? state.confirmed[role.delivery] : state.answered[role.visit]) continue;
    const name = isDelivery ? `redelivery ${role.delivery + 1}` : `revisit ${role.visit + 1}`;
    state = await runAlone(state, name, role, context, watch);
    if (isDelivery) checkRedelivery(state, name, deliveries[role.delivery] ?? "", role.delivery);
    else if (isToBeTaken(visits[role.visit])) checkRevisit(state, name, role.visit);
  }
  return state;
}

function isToBeTaken(visit: Visit | undefined): boolean {
  return visit?.name !== undefined && !visit.isRefused;
}

const ORDERS: readonly Order[] = [
  [repeatRequests, runOut, tickUntilDone],
  [runOut, repeatRequests, tickUntilDone],
  [runOut, tickUntilDone, repeatRequests, tickUntilDone],
];

const WITHOUT_RELAY: readonly Order[] = [[runOut, repeatRequests]];
