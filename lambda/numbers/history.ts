import {
  type DynamoDBClient,
  paginateQuery,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { type Item, readText } from "../event/event-item.ts";
import { queryQueue } from "../event/outbox-queue.ts";
import { HISTORY, type StoredAlert, toStoredAlert } from "../event/stored-alert.ts";
import { ATTRIBUTE, INDEXES, OUTBOX, TABLE } from "../shared/item-names.ts";
import { KNOWN_EVENTS } from "../shared/names.ts";

/** The table that the history is read from. */
export interface Source {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
}

/** All events that Meta documents, but for tests; of unknown ones nobody knows what they mean. */
export async function readHistory(source: Source): Promise<StoredAlert[]> {
  const found = await Promise.all(KNOWN_EVENTS.map((name) => readByEvent(source, name)));
  return found.flat();
}

async function readByEvent({ dynamodb, tableName }: Source, name: string): Promise<StoredAlert[]> {
  const alerts: StoredAlert[] = [];
  for await (const item of query(dynamodb, {
    TableName: tableName,
    IndexName: INDEXES.byEvent.name,
    KeyConditionExpression: "#event = :name",
    ExpressionAttributeValues: { ":name": { S: name } },
    ...HISTORY,
  })) {
    const alert = toStoredAlert(item);
    if (!alert.event.test) alerts.push(alert);
  }
  return alerts;
}

/** Not a number where none is stored. */
function toReceivedAt(item: Item): number {
  return Date.parse(readText(item, "receivedAt") ?? "");
}

/** When each alert that waits for its first publication was received, in ms. */
export async function readPending({ dynamodb: client, tableName }: Source): Promise<number[]> {
  const pages = await Array.fromAsync(queryQueue({ client, tableName }, OUTBOX.alert));
  return pages.flat().map(({ receivedAt }) => new Date(receivedAt).getTime());
}

/** When the last test delivery was received, in ms: drills and Meta's Test button, entry id 0. */
export async function readLastTest({ dynamodb, tableName }: Source): Promise<number | undefined> {
  let last: number | undefined;
  // Their keys begin with a time of Meta's, which may be any: only the receipt counts.
  for await (const item of query(dynamodb, {
    TableName: tableName,
    KeyConditionExpression: "#id = :test",
    ExpressionAttributeNames: { "#id": TABLE.partitionKey, "#received": ATTRIBUTE.receivedAt },
    ExpressionAttributeValues: { ":test": { S: "0" } },
    ProjectionExpression: "#received",
  })) {
    const at = toReceivedAt(item);
    if (at > (last ?? Number.NEGATIVE_INFINITY)) last = at;
  }
  return last;
}

async function* query(client: DynamoDBClient, input: QueryCommandInput): AsyncIterable<Item> {
  for await (const page of paginateQuery({ client }, input)) yield* page.Items ?? [];
}
