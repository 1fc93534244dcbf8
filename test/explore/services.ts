import type {
  PutItemCommandInput,
  QueryCommandInput,
  UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "../../lambda/outbox/event-item.ts";
import { checkAlert, checkRow } from "./invariants.ts";
import {
  type Answer,
  type Effect,
  INVALID,
  put,
  queryOutbox,
  toError,
  update,
} from "./memory-table.ts";
import type { Send } from "./requests.ts";
import { findEvent } from "./scenario.ts";
import { countOf, plusOne, type Shown, type World, withRows } from "./state.ts";

export interface Arrival {
  readonly world: World;
  readonly answer: Answer;
  /** Whether the request changed anything. */
  readonly hasEffect: boolean;
}

/** A request reaches its service, takes effect there, and the promises about that hold. */
export function arrive(
  world: World,
  send: Send,
  shown: readonly Shown[],
  pageSize: number,
): Arrival {
  switch (send.kind) {
    case "read secret":
      return { world, answer: EMPTY, hasEffect: false };
    case "list outbox": {
      const entries = shown.filter((entry): entry is Item => entry !== undefined);
      const input = { ...(send.input as QueryCommandInput), Limit: pageSize };
      const answer = queryOutbox(entries, input);
      return { world, answer, hasEffect: false };
    }
    case "publish":
      return publish(world, send.row);
    case "store":
      return write(world, send.row, store(world, send));
    default:
      return write(world, send.row, update(world.rows, send.input as UpdateItemCommandInput));
  }
}

const EMPTY: Answer = { output: {} };

function store(world: World, { row, input }: Send): Effect {
  if (findEvent(row)?.storable === false) return { rows: world.rows, answer: INVALID };
  return put(world.rows, input as PutItemCommandInput);
}

function write(before: World, row: string, { rows, answer }: Effect): Arrival {
  const world = withRows(before, rows);
  const hasEffect = rows !== before.rows;
  if (hasEffect) checkRow(world, row, before.rows.get(row));
  return { world, answer, hasEffect };
}

const UNPUBLISHABLE: Answer = { error: toError("InvalidParameter") };

function publish(before: World, row: string): Arrival {
  if (findEvent(row)?.publishable === false) {
    return { world: before, answer: UNPUBLISHABLE, hasEffect: false };
  }
  const world = { ...before, alerts: plusOne(before.alerts, row) };
  checkAlert(world, row);
  const MessageId = `${row} alert ${countOf(world.alerts, row)}`;
  return { world, answer: { output: { MessageId } }, hasEffect: true };
}
