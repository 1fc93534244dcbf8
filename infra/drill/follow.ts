import { setTimeout as delay } from "node:timers/promises";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { type Item, text } from "../../lambda/event-item.ts";
import { Complaint } from "../complaint.ts";
import { toNetworkReason } from "../meta/graph.ts";
import { type Target, toCommand } from "../target/target.ts";
import type { TestDelivery } from "./test-delivery.ts";

/** Throws a Complaint unless the answer is 200. */
export async function post(target: Target, { body, signature }: TestDelivery): Promise<void> {
  const { webhookUrl } = target;
  const headers = { "content-type": "application/json", "x-hub-signature-256": signature };
  const signal = AbortSignal.timeout(20_000);
  const init = { method: "POST", headers, body, redirect: "manual", signal } as const;
  const response = await fetch(webhookUrl, init).catch((error) => {
    const status = toCommand("status", target);
    throw new Complaint(
      `${webhookUrl} does not answer (${toNetworkReason(error)}): see ${status}.`,
    );
  });
  if (response.status === 200) return;
  throw new Complaint(`${webhookUrl} answers ${response.status}: ${toMeaning(response.status)}.`);
}

function toMeaning(status: number): string {
  if (status === 401) {
    return "the function knows another app secret; after a change it may take five minutes";
  }
  if (status === 503) return "the function has no app secret, or can't read it";
  if (status === 404) return "the address leads elsewhere";
  return "see the function's log";
}

const POLL_MS = 200;

/** The item as soon as it is stored. */
export function awaitStored(target: Target, id: TestDelivery, until: number): Promise<Item> {
  return poll(
    target,
    id,
    until,
    () => true,
    () =>
      new Complaint(
        `The delivery was answered 200, but no item appeared in ${target.tableName}: see the function's log.`,
      ),
  );
}

/** The item as soon as its alert is published. */
export function awaitPublished(target: Target, id: TestDelivery, until: number): Promise<Item> {
  return poll(
    target,
    id,
    until,
    ({ alert }) => alert?.S === "published",
    (item) =>
      new Complaint(
        `The alert is still ${item?.alert?.S ?? "missing"} after ${item?.alertAttempts?.N ?? "no"} attempts: SNS does not take it, and the relay tries again each minute; see README, Runbook, "Alert pending too long".`,
      ),
  );
}

/** Asks until the item is as wanted, or time (milliseconds since the epoch) is up. */
async function poll(
  { dynamodb, tableName }: Target,
  { wabaId, eventKey }: TestDelivery,
  until: number,
  isWanted: (item: Item) => boolean,
  toComplaint: (item: Item | undefined) => Complaint,
): Promise<Item> {
  const command = new GetItemCommand({
    TableName: tableName,
    Key: { wabaId: text(wabaId), eventKey: text(eventKey) },
    ConsistentRead: true,
  });
  for (;;) {
    const { Item: item } = await dynamodb.send(command);
    if (item && isWanted(item)) return item;
    if (Date.now() > until) throw toComplaint(item);
    await delay(POLL_MS);
  }
}
