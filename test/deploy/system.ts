import "./localhost.ts";
import { randomUUID } from "node:crypto";
import {
  DeleteItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { ListSubscriptionsByTopicCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import * as v from "valibot";
import { expect } from "vitest";
import { AlertDocumentSchema } from "../../lambda/alert/alert-document.ts";
import { type Item, toKey, toStoredEvent } from "../../lambda/event/event-item.ts";
import { toStoredAlert } from "../../lambda/event/stored-alert.ts";
import { createEventTable } from "../../lambda/outbox/event-table.ts";
import { toLinkQuery } from "../../lambda/outbox/link.ts";
import { INCIDENT_PATH, PACE } from "../../lambda/shared/names.ts";
import {
  entry,
  newWabaId,
  payload,
  resetRequest,
  securityChange,
  sign,
} from "../support/builders.ts";
import { dynamodb, lambda, secrets, sns } from "./clients.ts";
import { deploy, run } from "./deployment.ts";
import { subscribeHttps, subscribeQueue } from "./subscribers.ts";
import { waitFor } from "./wait.ts";

/** The deployed system, as Meta, EventBridge and its owner meet it. */
export const deployment = await deploy();
export const { output } = deployment;
export const alerts = await subscribeQueue(output("AlertTopicArn"), (document) =>
  v.parse(AlertDocumentSchema, document),
);
export const chat = await subscribeHttps(output("AlertTopicArn"));
export const OLD_SECRET = "0123456789abcdef0123456789abcdef";

const TableName = output("TableName");

/** The first alert about this account, as soon as it is there. */
export function nextAlert(wabaId: string) {
  return alerts.next((alert) => alert.wabaId === wabaId);
}

/** What came about this account so far, in order, once none is waiting. */
export async function kindsOf(wabaId: string): Promise<(string | undefined)[]> {
  return (await alerts.all()).filter((alert) => alert.wabaId === wabaId).map(({ kind }) => kind);
}

export async function readSecret() {
  const { SecretString = "" } = await secrets.send(
    new GetSecretValueCommand({ SecretId: output("SecretName") }),
  );
  return JSON.parse(SecretString) as { verifyToken: string; appSecrets: string[] };
}

export async function writeSecret(SecretId: string, value: object): Promise<void> {
  const SecretString = JSON.stringify(value);
  await secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
}

/** Puts it in front of the others: by the stack's own command, or without the AWS CLI by the SDK. */
export async function putAppSecret(appSecret: string): Promise<void> {
  if (await hasAwsCli()) {
    await run(output("SetAppSecretCommand"), `${appSecret}\n`);
    return;
  }
  const { verifyToken, appSecrets } = await readSecret();
  await writeSecret(output("SecretName"), { verifyToken, appSecrets: [appSecret, ...appSecrets] });
}

export async function itemsOf(wabaId: string): Promise<Item[]> {
  const command = new QueryCommand({
    TableName,
    KeyConditionExpression: "wabaId = :id",
    ExpressionAttributeValues: { ":id": { S: wabaId } },
    ConsistentRead: true,
  });
  return (await dynamodb.send(command)).Items ?? [];
}

/** Whether the only event of this account has been alerted. */
export async function alertStateOf(wabaId: string): Promise<string | undefined> {
  const [item, ...others] = await itemsOf(wabaId);
  if (others.length > 0) throw new Error(`There is more than one item of ${wabaId}`);
  return item?.alert?.S;
}

export async function allItems(): Promise<Item[]> {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName }));
  // The pace of publishing and the watchdog's memory are kept in the same table.
  return Items.filter(({ wabaId }) => !/^(pace|watchdog|protect)$/.test(wabaId?.S ?? ""));
}

/** Posts a body, signed; the answer's status. */
export async function deliver(body: string, appSecret = OLD_SECRET): Promise<number> {
  const signature = sign(body, appSecret);
  const headers = { "content-type": "application/json", "x-hub-signature-256": signature };
  return (await fetch(output("WebhookUrl"), { method: "POST", headers, body })).status;
}

/** Delivers what happened to these numbers just now: what is done about it comes later. */
export async function deliverNow(wabaId: string, event: string, ...numbers: string[]) {
  const time = Math.floor(Date.now() / 1000) - 2;
  const changes = numbers.map((display_phone_number) =>
    securityChange(resetRequest({ display_phone_number, event })),
  );
  expect(await deliver(payload(entry({ id: wabaId, time, changes })))).toBe(200);
}

/** As if nothing had been published in the last minute. */
export async function freePlaces(): Promise<void> {
  const Key = toKey({ wabaId: PACE.partition, eventKey: "single" });
  await dynamodb.send(new DeleteItemCommand({ TableName, Key }));
}

/** Lets the time of the next repeat come for this account's only event. */
export async function makeDue(wabaId: string): Promise<void> {
  const [item] = await itemsOf(wabaId);
  const command = new UpdateItemCommand({
    TableName,
    Key: toKey(toStoredEvent(item ?? {})),
    UpdateExpression: "SET dueAt = :past",
    ConditionExpression: "alert = :open",
    ExpressionAttributeValues: { ":past": { N: "1" }, ":open": { S: "open" } },
  });
  await dynamodb.send(command);
}

/** By which a person answers the alert of this account's only event. */
export async function linkOf(wabaId: string): Promise<string> {
  const [item] = await itemsOf(wabaId);
  const query = toLinkQuery(toStoredAlert(item ?? {}));
  return new URL(`${INCIDENT_PATH}?${query}`, output("WebhookUrl")).href;
}

/** Answers it as its page's form does. */
export async function answer(wabaId: string, name: string): Promise<Response> {
  const body = new URLSearchParams({ name, answer: "planned" });
  return fetch(await linkOf(wabaId), { method: "POST", body });
}

/** Leaves behind what a function that dies after storing leaves; the account's id. */
export async function leavePending(): Promise<string> {
  const wabaId = newWabaId();
  const table = createEventTable({ client: dynamodb, tableName: TableName });
  const event = {
    wabaId,
    eventKey: "0000001748811473#0123456789abcdef",
    event: "PIN_RESET_REQUEST",
    displayPhoneNumber: "15550783881",
    time: 1748811473,
    receivedAt: "2025-06-01T20:57:54.000Z",
    test: false,
    appSecretIndex: 0,
  };
  await table.recordPending(event, { token: randomUUID(), expiresAt: Date.now() - 1 });
  return wabaId;
}

/** Invokes a function; its answer. Throws the error that it ended with, if it did. */
async function invoke(name: string, event: object) {
  const command = new InvokeCommand({ FunctionName: output(name), Payload: JSON.stringify(event) });
  const { FunctionError, Payload } = await lambda.send(command);
  const answer = Payload?.transformToString() ?? "";
  if (FunctionError) throw new Error(`${FunctionError}: ${answer}`);
  return JSON.parse(answer || "null");
}

/** As EventBridge sends it. */
const SCHEDULED_EVENT = {
  version: "0",
  id: "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
  "detail-type": "Scheduled Event",
  source: "aws.events",
  account: "000000000000",
  time: "2026-01-01T00:00:00Z",
  region: "us-east-1",
  resources: ["arn:aws:events:us-east-1:000000000000:rule/relay"],
  detail: {},
};

/** Invokes the function as the relay's rule does. */
export const tick = () => invoke("FunctionName", SCHEDULED_EVENT);

/** The same for the watchdog and its daily rule. */
export const runWatchdog = () => invoke("WatchdogFunctionName", SCHEDULED_EVENT);

/** Invokes the watchdog function as CloudWatch's console does for the dashboard's widget. */
export const callWidget = (event: object) => invoke("WatchdogFunctionName", event);

/** As the link at the foot of a mail does. */
export async function unsubscribe(topic: string, endpoint: string): Promise<void> {
  const TopicArn = output(topic);
  const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  const found = Subscriptions?.find(({ Endpoint }) => Endpoint === endpoint);
  await sns.send(new UnsubscribeCommand({ SubscriptionArn: found?.SubscriptionArn }));
}

/** In CI it must be there: what is skipped proves nothing. */
export async function hasAwsCli(): Promise<boolean> {
  if (process.env.CI) return true;
  return run("aws --version").then(
    () => true,
    () => false,
  );
}

export function untilStateIs(wabaId: string, state: string): Promise<true> {
  return waitFor(async () => (await alertStateOf(wabaId)) === state);
}

export function untilAnnounced(wabaId: string): Promise<true> {
  return waitFor(async () => (await kindsOf(wabaId)).includes("acknowledged"));
}
