import { setTimeout as delay } from "node:timers/promises";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { type Item, readNumber, readText, text } from "../../../lambda/event/event-item.ts";
import { UserError } from "../../cli/errors.ts";
import type { EventSource } from "../../deployment/events.ts";
import type { TestDelivery } from "./test-delivery.ts";

const POLL_MS = 200;

/** The item as soon as it is stored. */
export function awaitStored(
  deployment: EventSource,
  id: TestDelivery,
  until: number,
): Promise<Item> {
  return poll(
    deployment,
    id,
    until,
    () => true,
    () =>
      new UserError(
        `The delivery was answered 200, but no item appeared in ${deployment.tableName}: see the function's log.`,
      ),
  );
}

/** The item as soon as its alert is published. */
export function awaitPublished(
  deployment: EventSource,
  id: TestDelivery,
  until: number,
): Promise<Item> {
  return poll(
    deployment,
    id,
    until,
    (item) => readText(item, "alert") === "published",
    (item = {}) =>
      new UserError(
        `The alert is still ${readText(item, "alert") ?? "missing"} after ${readNumber(item, "alertAttempts") || "no"} attempts: SNS does not take it, and the relay tries again each minute; see infra/RUNBOOK.md, "Alert pending too long".`,
      ),
  );
}

/** Asks until the item is as wanted, or time (milliseconds since the epoch) is up. */
async function poll(
  { dynamodb, tableName }: EventSource,
  { wabaId, eventKey }: TestDelivery,
  until: number,
  isWanted: (item: Item) => boolean,
  toUserError: (item: Item | undefined) => UserError,
): Promise<Item> {
  const command = new GetItemCommand({
    TableName: tableName,
    Key: { wabaId: text(wabaId), eventKey: text(eventKey) },
    ConsistentRead: true,
  });
  for (;;) {
    const { Item: item } = await dynamodb.send(command);
    if (item && isWanted(item)) return item;
    if (Date.now() > until) throw toUserError(item);
    await delay(POLL_MS);
  }
}
