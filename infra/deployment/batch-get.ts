import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "../../lambda/event/event-item.ts";
import type { EventSource } from "./events.ts";

/** DynamoDB's limit for one request. */
const BATCH = 100;

/** The items with these keys, as many as there are; with a projection only these attributes. */
export async function readItems(
  source: EventSource,
  keys: readonly Item[],
  ProjectionExpression?: string,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let at = 0; at < keys.length; at += BATCH) {
    const Keys = keys.slice(at, at + BATCH);
    items.push(...(await readBatch(source, { Keys, ConsistentRead: true, ProjectionExpression })));
  }
  return items;
}

type Request = NonNullable<BatchGetItemCommandInput["RequestItems"]>[string];

/** DynamoDB may leave keys unprocessed: they are asked for again. */
async function readBatch({ dynamodb, tableName }: EventSource, request: Request): Promise<Item[]> {
  const items: Item[] = [];
  let RequestItems: BatchGetItemCommandInput["RequestItems"] = { [tableName]: request };
  while (RequestItems?.[tableName]) {
    const output: BatchGetItemCommandOutput = await dynamodb.send(
      new BatchGetItemCommand({ RequestItems }),
    );
    items.push(...(output.Responses?.[tableName] ?? []));
    RequestItems = output.UnprocessedKeys;
  }
  return items;
}
