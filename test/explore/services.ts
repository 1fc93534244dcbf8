import type {
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { SNSServiceException } from "@aws-sdk/client-sns";
import type { Item } from "../../lambda/event/event-item.ts";
import { PACE } from "../../lambda/shared/names.ts";
import { checkOff } from "./incident-invariants.ts";
import { checkMessage, checkNotice, checkRow, PLACES } from "./invariants.ts";
import { findIndex, queryIndex } from "./memory-index.ts";
import { type Answer, type Effect, get, put, toDynamoDBError, update } from "./memory-table.ts";
import { toNoticeRow } from "./notices.ts";
import type { Send } from "./requests.ts";
import { findEvent, OUTAGES, type Scenario } from "./scenario.ts";
import { countOf, type MessageKind, plusOne, type Shown, type State, withRows } from "./state.ts";

export interface Arrival {
  readonly state: State;
  readonly answer: Answer;
  /** Whether the request changed anything. */
  readonly hasEffect: boolean;
}

/** A request reaches its service, takes effect there, and the invariants of that hold. */
export function arrive(state: State, send: Send, shown: readonly Shown[], scenario: Scenario) {
  if (send.kind === "read secret") return unchanged(state, { output: {} });
  if (send.kind === "publish") return publish(state, send, scenario);
  const { outage } = scenario;
  if (outage && state.outage === "now") {
    return unchanged(state, toDynamoDBError(outage, OUTAGES[outage]));
  }
  return arriveAtTable(state, send, shown, scenario);
}

function unchanged(state: State, answer: Answer): Arrival {
  return { state, answer, hasEffect: false };
}

function arriveAtTable(
  state: State,
  send: Send,
  shown: readonly Shown[],
  { pageSize, paced, repeatAfterMinutes }: Scenario,
): Arrival {
  if (!paced && send.row.startsWith("pace/")) return unchanged(state, { output: {} });
  switch (send.kind) {
    case "read":
      return unchanged(state, get(state.rows, send.input as GetItemCommandInput));
    case "list outbox":
    case "list number": {
      const entries = shown.filter((entry): entry is Item => entry !== undefined);
      const input = { ...(send.input as QueryCommandInput), Limit: pageSize };
      return unchanged(state, queryIndex(findIndex(input), entries, input));
    }
    case "store":
      return write(state, send.row, store(state, send), repeatAfterMinutes);
    case "restore":
      return restore(state, send, repeatAfterMinutes);
    default: {
      const effect = update(state.rows, send.input as UpdateItemCommandInput);
      return write(state, send.row, effect, repeatAfterMinutes);
    }
  }
}

/** An item that DynamoDB takes in plain form only has no other. */
function restore(state: State, send: Send, repeatAfterMinutes: readonly number[]): Arrival {
  if (findEvent(send.row)?.storable === "plain") {
    return unchanged(state, toDynamoDBError("ValidationException", "One or more parameter values"));
  }
  const effect = update(state.rows, send.input as UpdateItemCommandInput);
  return write(state, send.row, effect, repeatAfterMinutes);
}

function store(state: State, { row, input }: Send): Effect {
  const { Item = {} } = input as PutItemCommandInput;
  const storable = findEvent(row)?.storable ?? "as it came";
  const isPlain = Item.displayPhoneNumber === undefined;
  if (storable === "never" || (storable === "plain" && !isPlain)) {
    const message = "One or more parameter values were invalid";
    return { rows: state.rows, answer: toDynamoDBError("ValidationException", message) };
  }
  return put(state.rows, input as PutItemCommandInput);
}

function write(
  before: State,
  row: string,
  { rows, answer }: Effect,
  repeatAfterMinutes: readonly number[],
): Arrival {
  const state = withRows(before, rows);
  const hasEffect = rows !== before.rows;
  if (hasEffect) checkRow(state, row, before.rows.get(row));
  if (repeatAfterMinutes.length === 0) checkOff(state, row);
  return { state, answer, hasEffect };
}

/** SNS's answer to a message that it will never take. */
const UNPUBLISHABLE: Answer = {
  error: new SNSServiceException({
    name: "InvalidParameter",
    message: "Invalid parameter: Message",
    $fault: "client",
    $metadata: { httpStatusCode: 400 },
  }),
};

function publish(before: State, { notices, pace }: Send, scenario: Scenario): Arrival {
  if (notices.some((notice) => findEvent(toNoticeRow(notice))?.publishable === false)) {
    return unchanged(before, UNPUBLISHABLE);
  }
  const toRecent = (kind: MessageKind) => {
    return before.published[kind].filter((at) => at > before.clock - PACE.seconds[kind] * 1000);
  };
  const hasSinglePlace = toRecent("single").length < PLACES;
  const place = pace === "any" ? (hasSinglePlace ? "single" : "digest") : pace;
  const recent = toRecent(place);
  const state = {
    ...before,
    sent: notices.reduce(plusOne, before.sent),
    published: { ...before.published, [place]: [...recent, before.clock] },
  };
  for (const notice of notices) checkNotice(state, notice);
  checkMessage(state, place, scenario);
  const MessageId = `${notices.map((notice) => `${notice} ${countOf(state.sent, notice)}`)}`;
  return { state, answer: { output: { MessageId } }, hasEffect: true };
}
