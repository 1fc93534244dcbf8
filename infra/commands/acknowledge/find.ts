import type { EventId } from "../../../lambda/event/event-item.ts";
import { queryQueue } from "../../../lambda/event/outbox-queue.ts";
import { OUTBOX } from "../../../lambda/shared/names.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { queryEvents } from "../../deployment/events.ts";
import { take } from "../../deployment/merge.ts";

/** Of older events no alert is open. */
const NEWEST = 1_000;

/**
 * The alert of a number that an answer is for: the newest open one; else the newest with answers,
 * to which another is added.
 */
export async function findAlertOf(deployment: Deployment, phone: string): Promise<EventId[]> {
  const events = await Array.fromAsync(take(queryEvents(deployment, { phone }), NEWEST));
  const found =
    events.find(({ alert }) => alert === "open") ??
    events.find(({ alert }) => alert === "acknowledged");
  return found ? [found] : [];
}

/** Every open alert, the newest first. */
export async function findOpenAlerts({
  dynamodb: client,
  tableName,
}: Deployment): Promise<EventId[]> {
  const pages = await Array.fromAsync(queryQueue({ client, tableName }, OUTBOX.repeat));
  const open = pages.flat().filter(({ alert }) => alert === "open");
  return open.sort((a, b) => (a.eventKey < b.eventKey ? 1 : -1));
}
