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

async function publish({ number }: Change): Promise<string> {
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

async function alert(change: Change): Promise<void> {
  const token = randomUUID();
  await put(change, token);
  await mark(change, token, await publish(change));
}

export async function handler({ headers, body }: RequestEvent): Promise<{ statusCode: number }> {
  const given = Buffer.from(headers["x-hub-signature-256"]?.slice(7) ?? "", "hex");
  if (!timingSafeEqual(given, hmac(await secret, body))) return { statusCode: 401 };
  const changes = toChanges(body).values();
  const lanes = Array.from({ length: CONCURRENCY }, async () => {
    for (const change of changes) await alert(change);
  });
  await Promise.all(lanes);
  process.stdout.write(`${JSON.stringify({ message: "accepted" })}\n`);
  return { statusCode: 200 };
}
