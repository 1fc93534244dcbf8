import type { EventId } from "../../../lambda/event/event-item.ts";
import { queryQueue } from "../../../lambda/event/outbox-queue.ts";
import { findAnswerable, findReopenable } from "../../../lambda/numbers/find-answerable.ts";
import { readHistory } from "../../../lambda/numbers/history.ts";
import { toIncidents } from "../../../lambda/numbers/incident.ts";
import { OUTBOX } from "../../../lambda/shared/item-names.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { queryAlerts } from "../../deployment/events.ts";

/** The alert of a number that an answer is for, or that is to be opened again. */
export async function findAlertOf(
  deployment: Deployment,
  phone: string,
  reopens: boolean,
): Promise<EventId[]> {
  const history = await queryAlerts(deployment, { phone });
  const found = reopens ? findReopenable(history) : findAnswerable(history);
  return found ? [found.event] : [];
}

/**
 * One alert of each incident, the one that waits longest first: an answer to it is for all of the
 * number. Open alerts of events that Meta does not document are in the outbox only.
 */
export async function findAllAlerts(deployment: Deployment): Promise<EventId[]> {
  const history = await readHistory(deployment);
  const known = new Set(history.map(({ event }) => toId(event)));
  const others = (await listOpen(deployment)).filter((id) => !known.has(toId(id)));
  return [...toIncidents(history), ...others];
}

async function listOpen({ dynamodb: client, tableName }: Deployment): Promise<EventId[]> {
  const queues = [OUTBOX.answer, OUTBOX.repeat].map((queue) =>
    Array.fromAsync(queryQueue({ client, tableName }, queue)),
  );
  const entries = (await Promise.all(queues)).flat(2);
  return entries.filter(({ alert }) => alert === "open");
}

function toId({ wabaId, eventKey }: EventId): string {
  return `${wabaId} ${eventKey}`;
}
