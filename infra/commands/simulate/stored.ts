import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
} from "@aws-sdk/client-dynamodb";
import { type Item, toKey } from "../../../lambda/event/event-item.ts";
import { parsePayload } from "../../../lambda/event/payload.ts";
import { toSecurityEvent } from "../../../lambda/event/security-event.ts";
import { TABLE } from "../../../lambda/shared/item-names.ts";
import type { EventSource } from "../../deployment/events.ts";

/** DynamoDB's limit for one request. */
const BATCH = 100;

/** How many of these bodies' changes are in the table; `now` in milliseconds. */
export async function countStored(
  source: EventSource,
  bodies: readonly string[],
  now = Date.now(),
): Promise<number> {
  const keys = bodies.flatMap((body) => toKeys(body, now));
  let stored = 0;
  for (let at = 0; at < keys.length; at += BATCH) {
    stored += await countBatch(source, keys.slice(at, at + BATCH));
  }
  return stored;
}

/** DynamoDB may leave keys unprocessed: they are asked for again. */
async function countBatch({ dynamodb, tableName }: EventSource, Keys: Item[]): Promise<number> {
  let stored = 0;
  let RequestItems: BatchGetItemCommandInput["RequestItems"] = {
    [tableName]: { Keys, ProjectionExpression: TABLE.partitionKey },
  };
  while (RequestItems?.[tableName]) {
    const output: BatchGetItemCommandOutput = await dynamodb.send(
      new BatchGetItemCommand({ RequestItems }),
    );
    stored += output.Responses?.[tableName]?.length ?? 0;
    RequestItems = output.UnprocessedKeys;
  }
  return stored;
}

function toKeys(body: string, receivedAt: number): Item[] {
  const payload = parsePayload(Buffer.from(body));
  const entries = payload?.entries ?? [];
  return entries.flatMap((entry) =>
    entry.changes.map((change) => {
      const { wabaId, eventKey } = toSecurityEvent(entry, change, {
        receivedAt,
        appSecretIndex: 0,
      });
      return toKey({ wabaId, eventKey });
    }),
  );
}
