import { type Item, toKey } from "../../lambda/event/event-item.ts";
import { queryQueue } from "../../lambda/event/outbox-queue.ts";
import { OUTBOX } from "../../lambda/shared/item-names.ts";
import { readItems } from "./batch-get.ts";
import type { EventSource } from "./events.ts";
import { fromItem, type StoredEvent } from "./stored-event.ts";

/** The events whose alert nobody has answered yet, published or pending; tests are left out. */
export async function* queryOpenAlerts(source: EventSource): AsyncIterable<StoredEvent> {
  const events: StoredEvent[] = [];
  for await (const keys of queryOutbox(source)) {
    events.push(...(await readItems(source, keys)).map(fromItem));
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
