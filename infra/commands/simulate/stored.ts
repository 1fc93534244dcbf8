import { BatchGetItemCommand } from "@aws-sdk/client-dynamodb";
import { text } from "../../../lambda/event/event-item.ts";
import { parsePayload } from "../../../lambda/event/payload.ts";
import { toSecurityEvent } from "../../../lambda/event/security-event.ts";
import type { EventSource } from "../../deployment/events.ts";

/** DynamoDB's limit for one request. */
const BATCH = 100;

/** How many of these bodies' changes are in the table. */
export async function countStored(
  { dynamodb, tableName }: EventSource,
  bodies: readonly string[],
): Promise<number> {
  const keys = bodies.flatMap(toKeys);
  let stored = 0;
  for (let at = 0; at < keys.length; at += BATCH) {
    const request = { Keys: keys.slice(at, at + BATCH), ProjectionExpression: "wabaId" };
    const command = new BatchGetItemCommand({ RequestItems: { [tableName]: request } });
    const { Responses } = await dynamodb.send(command);
    stored += Responses?.[tableName]?.length ?? 0;
  }
  return stored;
}

function toKeys(body: string) {
  const payload = parsePayload(Buffer.from(body));
  const entries = payload?.entries ?? [];
  return entries.flatMap((entry) =>
    entry.changes.map((change) => {
      const { wabaId, eventKey } = toSecurityEvent(entry, change, NO_RECEIPT);
      return { wabaId: text(wabaId), eventKey: text(eventKey) };
    }),
  );
}

/** A key does not depend on it. */
const NO_RECEIPT = { receivedAt: 0, appSecretIndex: 0 };
