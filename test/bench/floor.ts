import { hash, randomUUID, timingSafeEqual } from "node:crypto";
import type { RequestEvent } from "./deliveries.ts";
import { CONCURRENCY, createService, env, hmac } from "./hand-signed.ts";

/**
 * The floor: what a webhook costs with neither SDK nor validation nor structure. It does the same
 * work (secret, signature, put, publish, mark, one log line) with hand-signed requests, and stands
 * for what no careful application can be much below. Not an example to follow: it retries nothing.
 */
const dynamodb = createService("dynamodb", "application/x-amz-json-1.0");
const sns = createService("sns", "application/x-www-form-urlencoded");
const secretsManager = createService("secretsmanager", "application/x-amz-json-1.1");

const TableName = env("TABLE_NAME");
const secretId = JSON.stringify({ SecretId: env("SECRET_ID") });
const secret = secretsManager(secretId, "secretsmanager.GetSecretValue").then(
  (answer): string => JSON.parse(JSON.parse(answer).SecretString).appSecrets[0],
);

interface Change {
  readonly wabaId: string;
  readonly eventKey: string;
  readonly number: string;
}

async function put({ wabaId, eventKey, number }: Change, token: string): Promise<void> {
  const Item = {
    wabaId: { S: wabaId },
    eventKey: { S: eventKey },
    displayPhoneNumber: { S: number },
    alert: { S: "pending" },
    outbox: { S: "pending" },
    claimToken: { S: token },
    dueAt: { N: String(Date.now() + 60_000) },
  };
  const ConditionExpression = "attribute_not_exists(wabaId)";
  const body = JSON.stringify({ TableName, Item, ConditionExpression });
  await dynamodb(body, "DynamoDB_20120810.PutItem");
}

/** The place that each message takes, so that the topic is never flooded. */
async function takePlace(kind: "single" | "digest"): Promise<void> {
  const body = JSON.stringify({
    TableName,
    Key: { wabaId: { S: "pace" }, eventKey: { S: kind } },
    UpdateExpression: "SET t1 = :now",
    ConditionExpression: "attribute_not_exists(t1) OR t1 <= :aMinuteAgo",
    ExpressionAttributeValues: {
      ":now": { N: String(Date.now()) },
      ":aMinuteAgo": { N: String(Date.now() - 60_000) },
    },
  });
  await dynamodb(body, "DynamoDB_20120810.UpdateItem");
}

/** Of a change alone, or of many in a digest. */
async function publish(changes: readonly Change[]): Promise<string> {
  await takePlace(changes.length > 1 ? "digest" : "single");
  const number = changes.map((change) => change.number).join("\n");
  const form = new URLSearchParams({
    Action: "Publish",
    Version: "2010-03-31",
    TopicArn: env("ALERT_TOPIC_ARN"),
    Subject: "reset request",
    Message: JSON.stringify({ default: number, email: number, sms: number }),
    MessageStructure: "json",
  });
  const answer = await sns(form.toString());
  return /<MessageId>([^<]+)/.exec(answer)?.[1] ?? "";
}

async function mark(change: Change, token: string, messageId: string): Promise<void> {
  const body = JSON.stringify({
    TableName,
    Key: { wabaId: { S: change.wabaId }, eventKey: { S: change.eventKey } },
    UpdateExpression: "SET alert = :published, alertMessageId = :messageId REMOVE outbox",
    ConditionExpression: "claimToken = :token",
    ExpressionAttributeValues: {
      ":published": { S: "published" },
      ":messageId": { S: messageId },
      ":token": { S: token },
    },
  });
  await dynamodb(body, "DynamoDB_20120810.UpdateItem");
}

interface Entry {
  readonly id: string;
  readonly time: number;
  readonly changes: readonly [{ readonly value: { readonly display_phone_number: string } }];
}

function toChanges(body: string): Change[] {
  return JSON.parse(body).entry.map(({ id, time, changes: [{ value }] }: Entry) => ({
    wabaId: id,
    eventKey: `${String(time).padStart(16, "0")}#${hash("sha256", JSON.stringify(value)).slice(0, 16)}`,
    number: value.display_phone_number,
  }));
}

/** As many as stay below 256 KB. */
const DIGEST = 500;

async function alertAll(changes: readonly Change[], token: string): Promise<void> {
  for (let start = 0; start < changes.length; start += DIGEST) {
    const told = changes.slice(start, start + DIGEST);
    const messageId = await publish(told);
    await inLanes(told, (change) => mark(change, token, messageId));
  }
}

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lanes = Array.from({ length: CONCURRENCY }, async () => {
    for (const item of queue) await work(item);
  });
  await Promise.all(lanes);
}

export async function handler({ headers, body }: RequestEvent): Promise<{ statusCode: number }> {
  const given = Buffer.from(headers["x-hub-signature-256"]?.slice(7) ?? "", "hex");
  if (!timingSafeEqual(given, hmac(await secret, body))) return { statusCode: 401 };
  const changes = toChanges(body);
  const token = randomUUID();
  await inLanes(changes, (change) => put(change, token));
  await alertAll(changes, token);
  process.stdout.write(`${JSON.stringify({ message: "accepted" })}\n`);
  return { statusCode: 200 };
}
