import { BatchGetItemCommand } from "@aws-sdk/client-dynamodb";
import { type Item, toKey } from "../../lambda/event/event-item.ts";
import { queryQueue } from "../../lambda/event/outbox-queue.ts";
import { OUTBOX } from "../../lambda/shared/item-names.ts";
import type { EventSource } from "./events.ts";
import { fromItem, type StoredEvent } from "./stored-event.ts";

/** DynamoDB's limit for one request. */
const BATCH = 100;

/** The events whose alert nobody has answered yet, published or pending; tests are left out. */
export async function* queryOpenAlerts(source: EventSource): AsyncIterable<StoredEvent> {
  const events: StoredEvent[] = [];
  for await (const keys of queryOutbox(source)) {
    for (let at = 0; at < keys.length; at += BATCH) {
      events.push(...(await readItems(source, keys.slice(at, at + BATCH))));
    }
  }
  const open = events.filter(
    ({ alert, test }) => !test && (alert === "open" || alert === "pending"),
  );
  yield* open.sort((a, b) => b.time - a.time);
}

/** In every queue: an answer that waits for its announcement need not end the alert. */
async function* queryOutbox({ dynamodb: client, tableName }: EventSource): AsyncIterable<Item[]> {
  for (const queue of Object.values(OUTBOX)) {
    for await (const page of queryQueue({ client, tableName }, queue)) yield page.map(toKey);
  }
}

async function readItems({ dynamodb, tableName }: EventSource, Keys: Item[]) {
  const command = new BatchGetItemCommand({
    RequestItems: { [tableName]: { Keys, ConsistentRead: true } },
  });
  const { Responses } = await dynamodb.send(command);
  return (Responses?.[tableName] ?? []).map(fromItem);
}
