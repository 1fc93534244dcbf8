import {
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { type EventId, type Item, readText, toKey } from "../event/event-item.ts";
import { type OutboxEntry, queryQueue } from "../event/outbox-queue.ts";
import { HISTORY, type StoredAlert, toStoredAlert } from "../event/stored-alert.ts";
import { CONCURRENCY } from "../shared/clients.ts";
import { ATTRIBUTE, INDEXES, OUTBOX, TABLE } from "../shared/item-names.ts";
import { KNOWN_EVENTS } from "../shared/names.ts";
import { inParallel } from "../shared/parallel.ts";

/** The table that the history is read from. */
export interface Source {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
}

/**
 * All events that Meta documents, and of others those that wait in the outbox: alerts that nobody
 * has ended. Tests are left out.
 */
export async function readHistory(source: Source): Promise<StoredAlert[]> {
  const [found, waiting] = await Promise.all([
    Promise.all(KNOWN_EVENTS.map((name) => readByEvent(source, name))),
    listWaiting(source),
  ]);
  const documented = found.flat();
  // An event that goes from one queue to another meanwhile is seen twice.
  const others = new Map(waiting.map((each) => [toId(each), each]));
  for (const { event } of documented) others.delete(toId(event));
  const odd = await readEach(source, [...others.values()].slice(0, MAX_OTHERS));
  const history = [...documented, ...odd];
  return history.filter(({ event }) => !event.test);
}

/** Each is one request: more of them wait only after a mass event of a new name. */
const MAX_OTHERS = 1_000;

function toId({ wabaId, eventKey }: EventId): string {
  return `${wabaId} ${eventKey}`;
}

async function listWaiting({ dynamodb: client, tableName }: Source): Promise<OutboxEntry[]> {
  const pages = Object.values(OUTBOX).map((queue) =>
    Array.fromAsync(queryQueue({ client, tableName }, queue)),
  );
  return (await Promise.all(pages)).flat(2);
}

async function readEach(
  { dynamodb, tableName: TableName }: Source,
  ids: readonly EventId[],
): Promise<StoredAlert[]> {
  const alerts: StoredAlert[] = [];
  await inParallel(ids, CONCURRENCY, async (id) => {
    const command = new GetItemCommand({ TableName, Key: toKey(id) });
    const { Item } = await dynamodb.send(command);
    if (Item) alerts.push(toStoredAlert(Item));
  });
  return alerts;
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
    alerts.push(toStoredAlert(item));
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
