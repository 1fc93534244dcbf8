import {
  type AttributeValue,
  type DynamoDBClient,
  paginateQuery,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { ANSWER_KINDS, type Answer, type AnswerKind } from "../event/answer.ts";
import { INDEXES, KNOWN_EVENTS, OUTBOX, TABLE } from "../shared/names.ts";
import type { StateEvent } from "./number-state.ts";

export type Item = Record<string, AttributeValue>;

/** A stored event of a real account, as far as the watchdog tells of it. */
export interface HistoryEvent extends StateEvent {
  readonly eventKey: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** What became of its alert: see the table's item. */
  readonly alert: string;
}

/** The table that the history is read from. */
export interface Source {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
}

/** What is read of each item: never the value, which can be large, nor the incident's code. */
const ATTRIBUTES = [
  "wabaId",
  "eventKey",
  "event",
  "displayPhoneNumber",
  "time",
  "receivedAt",
  "test",
  "alert",
  "answers",
] as const;

const NAMES = Object.fromEntries(ATTRIBUTES.map((name) => [`#${name}`, name]));
const PROJECTION = Object.keys(NAMES).join(", ");

/** All events that Meta documents, but for tests; of unknown ones nobody knows what they mean. */
export async function readHistory(source: Source): Promise<HistoryEvent[]> {
  const found = await Promise.all(KNOWN_EVENTS.map((name) => readByEvent(source, name)));
  return found.flat();
}

async function readByEvent({ dynamodb, tableName }: Source, name: string) {
  const events: HistoryEvent[] = [];
  for await (const item of query(dynamodb, {
    TableName: tableName,
    IndexName: INDEXES.byEvent.name,
    KeyConditionExpression: "#event = :name",
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: { ":name": { S: name } },
    ProjectionExpression: PROJECTION,
  })) {
    if (item.test?.BOOL !== true) events.push(toHistoryEvent(item));
  }
  return events;
}

function toHistoryEvent(item: Item): HistoryEvent {
  return {
    wabaId: item.wabaId?.S ?? "",
    eventKey: item.eventKey?.S ?? "",
    event: item.event?.S ?? "",
    displayPhoneNumber: item.displayPhoneNumber?.S ?? "",
    time: Number(item.time?.N),
    receivedAt: toReceivedAt(item),
    alert: item.alert?.S ?? "none",
    answers: item.answers?.L?.flatMap(({ M }) => (M ? toAnswer(M) : [])) ?? [],
  };
}

/** Not a number where none is stored. */
function toReceivedAt({ receivedAt }: Item): number {
  return new Date(receivedAt?.S ?? Number.NaN).getTime();
}

function toAnswer({ name, answer, at, from }: Item): Answer[] {
  const kind = ANSWER_KINDS.find((each) => each === answer?.S) as AnswerKind | undefined;
  if (!kind) return [];
  return [{ name: name?.S ?? "", answer: kind, at: at?.S ?? "", from: from?.S ?? "" }];
}

/** When each alert that waits in the outbox for its first publication was received, in ms. */
export async function readPending({ dynamodb, tableName }: Source): Promise<number[]> {
  const received: number[] = [];
  for await (const item of query(dynamodb, {
    TableName: tableName,
    IndexName: INDEXES.outbox.name,
    KeyConditionExpression: "#outbox = :pending",
    ExpressionAttributeNames: { "#outbox": INDEXES.outbox.partitionKey },
    ExpressionAttributeValues: { ":pending": { S: OUTBOX.value } },
  })) {
    const isPending = (item.alert?.S ?? "pending") === "pending";
    if (isPending) received.push(toReceivedAt(item));
  }
  return received;
}

/** When the last test delivery was received, in ms: drills and Meta's Test button, entry id 0. */
export async function readLastTest({ dynamodb, tableName }: Source): Promise<number | undefined> {
  for await (const item of query(dynamodb, {
    TableName: tableName,
    KeyConditionExpression: "#id = :test",
    ExpressionAttributeNames: { "#id": TABLE.partitionKey },
    ExpressionAttributeValues: { ":test": { S: "0" } },
    ScanIndexForward: false,
    Limit: 1,
  })) {
    return toReceivedAt(item);
  }
  return undefined;
}

async function* query(client: DynamoDBClient, input: QueryCommandInput): AsyncIterable<Item> {
  for await (const page of paginateQuery({ client }, input)) yield* page.Items ?? [];
}
