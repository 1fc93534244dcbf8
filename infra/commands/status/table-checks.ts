import {
  type AttributeValue,
  type DynamoDBClient,
  paginateQuery,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { SecurityEvent } from "../../../lambda/event/security-event.ts";
import { toStoredEvent } from "../../../lambda/outbox/event-item.ts";
import { INDEXES, KNOWN_EVENTS, OUTBOX, TABLE } from "../../../lambda/shared/names.ts";
import { count, toAgo, toDuration } from "../../cli/text.ts";
import { type Deployment, toCommand } from "../../deployment/deployment.ts";
import { type Check, check, type Finding, green, red, unknown } from "./check.ts";

/** The same five minutes as the alarm. */
const PATIENCE_MS = 5 * 60_000;

/** Whether alerts wait, and what came in last. */
export async function checkTable(deployment: Deployment, now: number): Promise<Check[]> {
  return Promise.all([
    check("pending", "Pending alerts", () => judgePending(deployment, now)),
    check("last-event", "Last event", () => judgeLastEvent(deployment, now)),
    check("last-test", "Last test", () => judgeLastTest(deployment, now)),
  ]);
}

async function judgePending({ dynamodb, tableName }: Deployment, now: number): Promise<Finding> {
  let size = 0;
  let oldest = now;
  for await (const item of query(dynamodb, {
    TableName: tableName,
    IndexName: INDEXES.outbox.name,
    KeyConditionExpression: `${INDEXES.outbox.partitionKey} = :value`,
    ExpressionAttributeValues: { ":value": { S: OUTBOX.value } },
  })) {
    size += 1;
    oldest = Math.min(oldest, Date.parse(item.receivedAt?.S ?? ""));
  }
  if (size === 0) return green("No alert is waiting.");
  const sentence = `${count(size, "alert")} waiting, the oldest for ${toDuration(now - oldest)}.`;
  if (now - oldest < PATIENCE_MS) return green(sentence);
  return red(sentence, 'infra/RUNBOOK.md, "Alert pending too long"');
}

async function judgeLastEvent({ dynamodb, tableName }: Deployment, now: number): Promise<Finding> {
  const found = await Promise.all(
    KNOWN_EVENTS.map((name) => findLastEvent(dynamodb, tableName, name)),
  );
  const [last] = found.filter((event) => event !== undefined).sort((a, b) => b.time - a.time);
  if (!last) return unknown("No event of a real account has been stored yet.");
  return green(`${describe(last)}, received ${toAgo(last.receivedAt, now)}.`);
}

async function findLastEvent(
  client: DynamoDBClient,
  TableName: string,
  name: string,
): Promise<SecurityEvent | undefined> {
  const { partitionKey, name: IndexName } = INDEXES.byEvent;
  for await (const item of query(client, {
    TableName,
    IndexName,
    KeyConditionExpression: "#event = :name",
    ExpressionAttributeNames: { "#event": partitionKey },
    ExpressionAttributeValues: { ":name": { S: name } },
    ScanIndexForward: false,
    Limit: 25,
  })) {
    if (item.test?.BOOL !== true) return toStoredEvent(item);
  }
  return undefined;
}

/** Meta's test deliveries and drills carry entry id 0. */
async function judgeLastTest(deployment: Deployment, now: number): Promise<Finding> {
  for await (const item of query(deployment.dynamodb, {
    TableName: deployment.tableName,
    KeyConditionExpression: `${TABLE.partitionKey} = :test`,
    ExpressionAttributeValues: { ":test": { S: "0" } },
    ScanIndexForward: false,
    Limit: 1,
  })) {
    const { event, receivedAt } = toStoredEvent(item);
    return green(`${event ?? "One"}, received ${toAgo(receivedAt, now)}.`);
  }
  return unknown("No test has been received yet.", toCommand("drill", deployment));
}

function describe({ event, wabaId, displayPhoneNumber = "" }: SecurityEvent): string {
  return `${event} of number ..${displayPhoneNumber.slice(-4)}, account ${wabaId}`;
}

type Item = Record<string, AttributeValue>;

async function* query(client: DynamoDBClient, input: QueryCommandInput): AsyncIterable<Item> {
  for await (const page of paginateQuery({ client }, input)) yield* page.Items ?? [];
}
