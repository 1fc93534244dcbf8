import { queryQueue } from "../../../lambda/event/outbox-queue.ts";
import type { SecurityEvent } from "../../../lambda/event/security-event.ts";
import { findAnswerable, findReopenable } from "../../../lambda/numbers/find-answerable.ts";
import { readHistory } from "../../../lambda/numbers/history.ts";
import { toIncidents } from "../../../lambda/numbers/incident.ts";
import { OUTBOX } from "../../../lambda/shared/item-names.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { queryAlerts } from "../../deployment/events.ts";

/** An alert that is to be answered, as far as it is known before it is read. */
export type FoundAlert = Pick<
  SecurityEvent,
  "wabaId" | "eventKey" | "event" | "displayPhoneNumber"
>;

/** The alert of a number that an answer is for, or that is to be opened again. */
export async function findAlertOf(
  deployment: Deployment,
  phone: string,
  reopens: boolean,
): Promise<FoundAlert[]> {
  const history = await queryAlerts(deployment, { phone });
  const found = reopens ? findReopenable(history) : findAnswerable(history);
  return found ? [found.event] : [];
}

/**
 * One alert of each number, the one that waits longest first: an answer to it is for all of the
 * number. Open alerts of events that Meta does not document are in the outbox only.
 */
export async function findAllAlerts(deployment: Deployment): Promise<FoundAlert[]> {
  const incidents: FoundAlert[] = toIncidents(await readHistory(deployment));
  const all = new Map<string, FoundAlert>();
  for (const alert of [...incidents, ...(await listOpen(deployment))]) {
    const number = toNumberOf(alert);
    if (!all.has(number)) all.set(number, alert);
  }
  return [...all.values()];
}

async function listOpen({ dynamodb: client, tableName }: Deployment): Promise<FoundAlert[]> {
  const queues = [OUTBOX.answer, OUTBOX.repeat].map((queue) =>
    Array.fromAsync(queryQueue({ client, tableName }, queue)),
  );
  const entries = (await Promise.all(queues)).flat(2);
  return entries.filter(({ alert }) => alert === "open");
}

/** Where Meta named no number, the alert stands for itself. */
function toNumberOf({ displayPhoneNumber, wabaId, eventKey }: FoundAlert): string {
  return displayPhoneNumber || `${wabaId} ${eventKey}`;
}
