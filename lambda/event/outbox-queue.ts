import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { INDEXES, type OUTBOX } from "../shared/item-names.ts";
import { type EventId, type Item, number, readNumber, readText, text } from "./event-item.ts";
import type { AlertState } from "./stored-alert.ts";

export type Queue = (typeof OUTBOX)[keyof typeof OUTBOX];

/** An event that waits in the outbox, as its index shows it: maybe stale. */
export interface OutboxEntry extends EventId {
  readonly queue: Queue;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
  readonly attempts: number;
  readonly receivedAt: string;
  readonly alert: AlertState;
  readonly displayPhoneNumber?: string;
}

export interface OutboxSource {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly tableName: string;
}

const { name: IndexName, partitionKey: QUEUE, sortKey: DUE_AT } = INDEXES.outbox;

/**
 * A queue of the outbox, the first due in front, in pages as large as DynamoDB gives them; only what
 * is due before `dueBefore` (milliseconds), where that is given.
 */
export async function* queryQueue(
  { client, tableName: TableName }: OutboxSource,
  queue: Queue,
  dueBefore?: number,
): AsyncIterable<readonly OutboxEntry[]> {
  const isDue = dueBefore === undefined ? "" : ` AND ${DUE_AT} < :now`;
  const input = {
    TableName,
    IndexName,
    KeyConditionExpression: `${QUEUE} = :queue${isDue}`,
    ExpressionAttributeValues: {
      ":queue": text(queue),
      ...(dueBefore !== undefined && { ":now": number(dueBefore) }),
    },
  };
  let ExclusiveStartKey: Item | undefined;
  do {
    const command = new QueryCommand({ ...input, ...(ExclusiveStartKey && { ExclusiveStartKey }) });
    const page = await client.send(command);
    yield (page.Items ?? []).map((item) => toOutboxEntry(item, queue));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}

function toOutboxEntry(item: Item, queue: Queue): OutboxEntry {
  const displayPhoneNumber = readText(item, "displayPhoneNumber");
  return {
    queue,
    wabaId: readText(item, "wabaId") ?? "",
    eventKey: readText(item, "eventKey") ?? "",
    dueAt: readNumber(item, "dueAt"),
    attempts: readNumber(item, "alertAttempts") || 0,
    receivedAt: readText(item, "receivedAt") ?? "",
    alert: (readText(item, "alert") ?? "pending") as AlertState,
    ...(displayPhoneNumber && { displayPhoneNumber }),
  };
}
