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
import { countOf, plusOne, type Shown, type State, withRows } from "./state.ts";

export interface Arrival {
  readonly state: State;
  readonly answer: Answer;
  /** Whether the request changed anything. */
  readonly hasEffect: boolean;
}

/** A request reaches its service, takes effect there, and the invariants of that hold. */
export function arrive(
  state: State,
  send: Send,
  shown: readonly Shown[],
  pageSize: number,
): Arrival {
  switch (send.kind) {
    case "read secret":
      return { state, answer: EMPTY, hasEffect: false };
    case "list outbox": {
      const entries = shown.filter((entry): entry is Item => entry !== undefined);
      const input = { ...(send.input as QueryCommandInput), Limit: pageSize };
      const answer = queryOutbox(entries, input);
      return { state, answer, hasEffect: false };
    }
    case "publish":
      return publish(state, send.row);
    case "store":
      return write(state, send.row, store(state, send));
    default:
      return write(state, send.row, update(state.rows, send.input as UpdateItemCommandInput));
  }
}

const EMPTY: Answer = { output: {} };

function store(state: State, { row, input }: Send): Effect {
  if (findEvent(row)?.storable === false) return { rows: state.rows, answer: INVALID };
  return put(state.rows, input as PutItemCommandInput);
}

function write(before: State, row: string, { rows, answer }: Effect): Arrival {
  const state = withRows(before, rows);
  const hasEffect = rows !== before.rows;
  if (hasEffect) checkRow(state, row, before.rows.get(row));
  return { state, answer, hasEffect };
}

const UNPUBLISHABLE: Answer = { error: toError("InvalidParameter") };

function publish(before: State, row: string): Arrival {
  if (findEvent(row)?.publishable === false) {
    return { state: before, answer: UNPUBLISHABLE, hasEffect: false };
  }
  const state = { ...before, alerts: plusOne(before.alerts, row) };
  checkAlert(state, row);
  const MessageId = `${row} alert ${countOf(state.alerts, row)}`;
  return { state, answer: { output: { MessageId } }, hasEffect: true };
}
