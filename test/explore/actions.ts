import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { toClockActions } from "./clock-actions.ts";
import { parseCondition } from "./condition-expression.ts";
import { findIndex } from "./memory-index.ts";
import { findLinkRun } from "./pins.ts";
import { isRead, type Send } from "./requests.ts";
import { toSend } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import {
  countOf,
  type Flight,
  isInternal,
  type Process,
  type Role,
  type Shown,
  type State,
  toId,
  toProcess,
} from "./state.ts";
import { findUnnoticed, isCount } from "./unnoticed.ts";
import { toVisitedRow } from "./visits.ts";

/** One thing that can happen next. Faults say of which kind they are. */
export type Action =
  | { readonly type: "start"; readonly process: number }
  | {
      readonly type: "execute";
      readonly process: number;
      readonly send: number;
      readonly shown: readonly Shown[];
    }
  | { readonly type: "receive"; readonly process: number; readonly send: number }
  | { readonly type: "confirm"; readonly process: number }
  | {
      readonly type: "expire" | "wait";
      readonly clock: number;
      readonly outlived: readonly string[];
    }
  | { readonly type: "executeStray"; readonly stray: number }
  | {
      readonly type: "refuse" | "fail" | "lose" | "late";
      readonly process: number;
      readonly send: number;
    }
  | { readonly type: "crash" | "loseReply"; readonly process: number }
  | { readonly type: "tableFails" | "tableRecovers" };

const NOTHING: readonly Action[] = [];

/** Everything that can happen next in this state, but for orders that nobody can distinguish. */
export function toActions(state: State, scenario: Scenario): readonly Action[] {
  for (const [index, process] of state.processes.entries()) {
    if (process.phase === "replied") return withinBudget(toReplyActions(index), state, scenario);
    const flight = findUnnoticed(process, state, scenario);
    if (flight) {
      const own = toFlightActions(index, process, flight, state, scenario);
      return withinBudget([...own, { type: "crash", process: index }], state, scenario);
    }
  }
  const all = [
    ...state.processes.flatMap((process, index) => {
      return toProcessActions(index, process, state, scenario);
    }),
    ...toClockActions(state, scenario),
    ...toOutageActions(state, scenario),
    ...state.strays.map((_, stray) => ({ type: "executeStray", stray }) as const),
  ];
  return withinBudget(all, state, scenario);
}

function withinBudget(
  actions: readonly Action[],
  state: State,
  scenario: Scenario,
): readonly Action[] {
  return actions.filter((action) => {
    const cost = toCost(action);
    if (cost === 0) return true;
    const kind = action.type === "wait" ? "expire" : action.type;
    return cost <= state.faultsLeft && scenario.faultKinds.some((allowed) => allowed === kind);
  });
}

function toOutageActions({ outage }: State, scenario: Scenario): readonly Action[] {
  if (!scenario.outage || outage === "over") return NOTHING;
  return [{ type: outage === "now" ? "tableRecovers" : "tableFails" }];
}

/** How many faults an action is. */
export function toCost(action: Action): number {
  switch (action.type) {
    case "expire":
    case "wait":
      return action.outlived.length;
    case "refuse":
    case "fail":
    case "lose":
    case "late":
    case "crash":
    case "loseReply":
      return 1;
    default:
      return 0;
  }
}

function toReplyActions(process: number): readonly Action[] {
  return [
    { type: "confirm", process },
    { type: "loseReply", process },
  ];
}

function toProcessActions(
  index: number,
  process: Process,
  state: State,
  scenario: Scenario,
): readonly Action[] {
  if (process.phase === "waiting") {
    return canStart(index, state, scenario) ? [{ type: "start", process: index }] : NOTHING;
  }
  if (process.phase !== "running") return NOTHING;
  const actions = process.flights.flatMap((flight) => {
    return toFlightActions(index, process, flight, state, scenario);
  });
  return [...actions, { type: "crash", process: index }];
}

/**
 * People get to the incident page by a message about the event. Of processes that do the same the
 * first starts first: any other order is the same but for their names (symmetry reduction).
 */
function canStart(index: number, { processes, sent, rows }: State, scenario: Scenario): boolean {
  const { role } = toProcess({ processes }, index);
  const isTurn = processes.slice(0, index).every((other) => {
    return other.phase !== "waiting" || !isSame(other.role, role, scenario);
  });
  if (isInternal(role) || "delivery" in role) return isTurn;
  const visit = scenario.visits[role.visit];
  if (visit?.pin === "link run" && !findLinkRun({ rows })) return false;
  return isTurn && visit !== undefined && countOf(sent, `${toVisitedRow(visit)} alert`) > 0;
}

function isSame(a: Role, b: Role, { deliveries, visits }: Scenario): boolean {
  if (isInternal(a) || isInternal(b)) return a === b;
  if ("delivery" in a && "delivery" in b) return deliveries[a.delivery] === deliveries[b.delivery];
  return "visit" in a && "visit" in b && visits[a.visit] === visits[b.visit];
}

function toFlightActions(
  index: number,
  process: Process,
  { send, answer }: Flight,
  state: State,
  scenario: Scenario,
): readonly Action[] {
  const request = toSend(process, send);
  const base = { process: index, send };
  if (!answer) {
    return [
      ...toIndexViews(state, request).map(
        (shown) => ({ type: "execute", ...base, shown }) as const,
      ),
      { type: "fail", ...base },
      { type: "refuse", ...base },
    ];
  }
  return [
    { type: "receive", ...base },
    ...(isRead(request) ? [] : [{ type: "lose", ...base } as const]),
    ...(process.lateness < 2 && scenario.faultKinds.includes("late")
      ? [{ type: "late", ...base } as const]
      : []),
  ];
}

/** All that an eventually consistent index may show: of each row, now or any earlier entry. */
function toIndexViews(state: State, { kind, input }: Send): readonly (readonly Shown[])[] {
  if (kind !== "list outbox" && kind !== "list number") return [[]];
  const query = input as QueryCommandInput;
  const rows = [...(state.shown.get(findIndex(query).name)?.values() ?? [])];
  // What a tick counts for its metrics changes nothing: one view of it is enough.
  if (isCount(query)) return [rows.map((entries) => entries.at(-1))];
  let views: Shown[][] = [[]];
  for (const entries of rows) {
    const distinct = toDistinct(entries, query);
    views = views.flatMap((view) => distinct.map((entry) => [...view, entry]));
  }
  return views;
}

/** Entries that the query leaves out are all the same to it. */
function toDistinct(entries: readonly Shown[], query: QueryCommandInput): readonly Shown[] {
  const matches = parseCondition(query.KeyConditionExpression ?? "");
  const seen = entries.map((entry) => {
    return entry && matches(entry, query.ExpressionAttributeValues ?? {}) ? entry : undefined;
  });
  return [...new Map(seen.map((entry) => [toId(entry), entry])).values()];
}
