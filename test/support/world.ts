import { randomBytes, randomUUID } from "node:crypto";
import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { DeleteMessageBatchCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { type StoredAlert, toStoredAlert } from "../../lambda/event/stored-alert.ts";
import type { Config } from "../../lambda/shared/config.ts";
import type { HttpEvent, HttpResult } from "../../lambda/shared/http.ts";
import { INDEXES, TABLE } from "../../lambda/shared/item-names.ts";
import { INCIDENT_PATH, PACE } from "../../lambda/shared/names.ts";
import { createWebhook, type WebhookDeps } from "../../lambda/webhook/webhook.ts";
import { createMemoryClient } from "../explore/memory-table.ts";
import { APP_SECRET, SECRET_TEXT, sign, VERIFY_TOKEN } from "./builders.ts";
import { testConfig } from "./config.ts";
import { type Queues, startDynamoDB, startQueues } from "./engines.ts";
import { byCodeNames } from "./stored-alerts.ts";

type Item = Record<string, AttributeValue>;

/** What the topic's subscriber got about one event; a digest is one of these for each of its events. */
export interface ReceivedAlert {
  readonly messageId: string;
  readonly subject: string;
  readonly email: string;
  readonly sms: string;
  readonly document: EventDocument;
}

interface EventDocument {
  readonly kind?: string;
  readonly wabaId: string;
  readonly eventKey: string;
  readonly displayPhoneNumber?: string;
}

/** One deployed function, as API Gateway and EventBridge see it. */
export interface TestFunction {
  send(event: unknown, remainingMs?: number | (() => number)): Promise<HttpResult | undefined>;
  /** Posts a body, signed. */
  deliver(body: string | Buffer, appSecret?: string): Promise<HttpResult | undefined>;
  /** Posts a body, signed, with so many milliseconds left of the function's time. */
  deliverWithin(
    body: string | Buffer,
    remainingMs: number | (() => number),
  ): Promise<HttpResult | undefined>;
  /** The once-a-minute tick. */
  tick(remainingMs?: number): Promise<void>;
}

/** The application on real engines, its clock in the test's hand. One world a test file. */
export interface World extends TestFunction {
  readonly dynamodb: DynamoDBClient;
  readonly sns: SNSClient;
  readonly tableName: string;
  readonly topicArn: string;
  readonly clock: { now: number };
  readonly secret: { text: string };
  /** Every log line as it was written. */
  readonly lines: string[];
  lastLine(): Record<string, unknown>;
  /** Another function on the same engines, with some of its parts exchanged. */
  functionWith(difference: Partial<WebhookDeps>): TestFunction;
  /** The items of an account, their attributes as the code calls them. */
  itemsOf(wabaId: string): Promise<Item[]>;
  /** The same as the code reads them. */
  storedOf(wabaId: string): Promise<StoredAlert[]>;
  /** Events, of all accounts. */
  countItems(): Promise<number>;
  itemsAbout(wabaId: string, phoneNumber: string): Promise<Item[]>;
  alertsOf(wabaId: string): Promise<ReceivedAlert[]>;
  alertsAbout(wabaId: string, phoneNumber: string): Promise<ReceivedAlert[]>;
  stop(): Promise<void>;
}

const SCHEDULED_EVENT = { source: "aws.events", "detail-type": "Scheduled Event" };

export function postOf(body: string | Buffer, signature: string | undefined): HttpEvent {
  return {
    rawPath: "/webhook",
    rawQueryString: "",
    headers: {
      "content-type": "application/json",
      ...(signature !== undefined && { "x-hub-signature-256": signature }),
    },
    body: typeof body === "string" ? body : body.toString("base64"),
    isBase64Encoded: typeof body !== "string",
    requestContext: { http: { method: "POST" } },
  };
}

/** A visit of the page behind a link, or a form that is sent there. */
export function visitOf(rawQueryString: string, form?: Readonly<Record<string, string>>) {
  return {
    rawPath: INCIDENT_PATH,
    rawQueryString,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    ...(form && { body: String(new URLSearchParams(form)) }),
    requestContext: { http: { method: form ? "POST" : "GET", sourceIp: "203.0.113.7" } },
  };
}

/** The real engine, given what it must refuse in the place of the usual form of an account's items. */
export function refusingItemsOf(dynamodb: DynamoDBClient, wabaId: string): DynamoDBClient {
  const send = (command: PutItemCommand | UpdateItemCommand) => {
    const unstorable = { N: "1e300" };
    if (command instanceof PutItemCommand) {
      const { Item } = command.input;
      if (Item?.wabaId?.S === wabaId && !Item.plain) Item.time = unstorable;
    } else if (command.input.UpdateExpression?.endsWith("REMOVE plain")) {
      const values = command.input.ExpressionAttributeValues;
      if (values && command.input.Key?.wabaId?.S === wabaId) values[":time"] = unstorable;
    }
    return dynamodb.send(command as PutItemCommand);
  };
  return { send } as unknown as DynamoDBClient;
}

/** A service whose every connection is refused. */
export function unreachable(): never {
  const error = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  return { send: () => Promise.reject(error) } as never;
}

function createTestFunction(deps: WebhookDeps): TestFunction {
  const webhook = createWebhook(deps);
  function send(event: unknown, remainingMs: number | (() => number) = 15_000) {
    return webhook(event, {
      awsRequestId: randomUUID(),
      getRemainingTimeInMillis: typeof remainingMs === "function" ? remainingMs : () => remainingMs,
    });
  }
  return {
    send,
    deliver: (body, appSecret = APP_SECRET) => send(postOf(body, sign(body, appSecret))),
    deliverWithin: (body, remainingMs) => send(postOf(body, sign(body)), remainingMs),
    async tick(remainingMs) {
      await send(SCHEDULED_EVENT, remainingMs);
    },
  };
}

interface Services extends Pick<World, "dynamodb" | "sns" | "tableName" | "topicArn" | "stop"> {
  /** What the topic's subscriber got since it was asked last. */
  receive(): Promise<readonly ReceivedAlert[]>;
}

/** Starts the engines and the function; both arguments exchange parts of it. */
export async function startWorld(
  difference: Partial<WebhookDeps> = {},
  settings: Partial<Config> = {},
): Promise<World> {
  const [database, queues] = await Promise.all([startDynamoDB(), startQueues()]);
  const services = {
    ...database,
    ...queues,
    dynamodb: database.client,
    receive: () => receiveAll(queues),
    stop: async () => void (await Promise.all([database.stop(), queues.stop()])),
  };
  return createWorld(services, difference, settings);
}

/** The same on the table in memory that the contract tests hold to DynamoDB. Nothing need be stopped. */
export function createMemoryWorld(
  difference: Partial<WebhookDeps> = {},
  settings: Partial<Config> = {},
): World {
  let published: ReceivedAlert[] = [];
  let messages = 0;
  const sns = {
    async send({ input: { Message = "", Subject = "" } }: PublishCommand) {
      messages += 1;
      const MessageId = `message-${messages}`;
      published.push(...toReceivedAlerts({ Message, Subject, MessageId }));
      return { MessageId };
    },
  } as unknown as SNSClient;
  async function receive() {
    const received = published;
    published = [];
    return received;
  }
  const dynamodb = createMemoryClient();
  const { tableName, alertTopicArn: topicArn } = testConfig();
  const services = { dynamodb, sns, tableName, topicArn, receive, stop: async () => {} };
  return createWorld(services, difference, settings);
}

function createWorld(
  { receive, stop, ...services }: Services,
  difference: Partial<WebhookDeps>,
  settings: Partial<Config>,
): World {
  const { dynamodb, sns, tableName, topicArn } = services;
  const clock = { now: Date.now() };
  const secret = { text: SECRET_TEXT };
  const lines: string[] = [];
  const deps: WebhookDeps = {
    config: testConfig({ tableName, alertTopicArn: topicArn, ...settings }),
    dynamodb,
    sns,
    readSecret: async () => secret.text,
    now: () => clock.now,
    newToken: randomUUID,
    newIncidentCode: () => randomBytes(16).toString("base64url"),
    writeLine: (line) => {
      lines.push(line);
      assertNoSecretsIn([line]);
    },
    pause: async (milliseconds) => {
      clock.now += milliseconds;
    },
    ...difference,
  };
  const received: ReceivedAlert[] = [];

  async function readAll(
    toCommand: (from: { ExclusiveStartKey: Item } | undefined) => QueryCommand | ScanCommand,
  ): Promise<Item[]> {
    const items: Item[] = [];
    let from: { ExclusiveStartKey: Item } | undefined;
    do {
      const { Items, LastEvaluatedKey } = await dynamodb.send(toCommand(from) as QueryCommand);
      items.push(...(Items ?? []));
      from = LastEvaluatedKey && { ExclusiveStartKey: LastEvaluatedKey };
    } while (from);
    return items;
  }

  function query(input: Omit<QueryCommandInput, "TableName">): Promise<Item[]> {
    return readAll((from) => new QueryCommand({ ...input, TableName: tableName, ...from }));
  }

  function readItems(wabaId: string): Promise<Item[]> {
    return query({
      KeyConditionExpression: `${TABLE.partitionKey} = :id`,
      ExpressionAttributeValues: { ":id": { S: wabaId } },
      ConsistentRead: true,
    });
  }

  async function itemsOf(wabaId: string): Promise<Item[]> {
    return (await readItems(wabaId)).map(byCodeNames);
  }

  async function alerts(): Promise<readonly ReceivedAlert[]> {
    received.push(...(await receive()));
    return received;
  }

  return {
    ...createTestFunction(deps),
    ...services,
    functionWith: (other) => createTestFunction({ ...deps, ...other }),
    clock,
    secret,
    lines,
    lastLine: () => JSON.parse(lines.at(-1) ?? "{}"),
    itemsOf,
    storedOf: async (wabaId) => (await readItems(wabaId)).map(toStoredAlert),
    async itemsAbout(wabaId, phoneNumber) {
      const byPhoneNumber = await query({
        IndexName: INDEXES.byDisplayPhoneNumber.name,
        KeyConditionExpression: "displayPhoneNumber = :number",
        ExpressionAttributeValues: { ":number": { S: phoneNumber } },
      });
      const all = [...(await itemsOf(wabaId)), ...byPhoneNumber.map(byCodeNames)];
      return [...new Map(all.map((item) => [JSON.stringify(item), item])).values()];
    },
    async countItems() {
      const all = await readAll((from) => new ScanCommand({ TableName: tableName, ...from }));
      return all.filter(({ wabaId }) => wabaId?.S !== PACE.partition).length;
    },
    async alertsOf(wabaId) {
      return (await alerts()).filter(({ document }) => document.wabaId === wabaId);
    },
    async alertsAbout(wabaId, phoneNumber) {
      return (await alerts()).filter(
        ({ document }) => document.wabaId === wabaId || document.displayPhoneNumber === phoneNumber,
      );
    },
    async stop() {
      await stop();
      assertNoSecretsIn(lines);
    },
  };
}

/** Whatever a test did, its log must not have learned these. */
const NEVER_LOGGED = [
  /[0-9a-f]{32}/,
  /sha256=/,
  new RegExp(VERIFY_TOKEN),
  /\b1\d{10}\b/,
  /"(body|signature|requester|value)"/,
];

function assertNoSecretsIn(lines: readonly string[]): void {
  const guilty = lines.find((line) => NEVER_LOGGED.some((pattern) => pattern.test(line)));
  if (guilty) throw new Error(`The log carries what it must not: ${guilty}`);
}

async function receiveAll(queues: Queues): Promise<ReceivedAlert[]> {
  const received: ReceivedAlert[] = [];
  for (let page = await receive(queues); page.length > 0; page = await receive(queues)) {
    received.push(...page);
  }
  return received;
}

async function receive({ sqs, queueUrl }: Queues): Promise<ReceivedAlert[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
  );
  if (Messages.length === 0) return [];
  const Entries = Messages.map(({ ReceiptHandle }, id) => ({ Id: String(id), ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  return Messages.flatMap(({ Body = "" }) => toReceivedAlerts(JSON.parse(Body)));
}

function toReceivedAlerts(notification: Record<string, string>): ReceivedAlert[] {
  const { default: text, email, sms } = JSON.parse(notification.Message ?? "");
  const { MessageId: messageId = "", Subject: subject = "" } = notification;
  const { events, ...whole } = JSON.parse(text) as EventDocument & { events?: EventDocument[] };
  const documents = events?.map((event) => ({ ...event, kind: "digest" })) ?? [whole];
  return documents.map((document) => ({ messageId, subject, email, sms, document }));
}
