import "./localhost.ts";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  DeleteItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { ListSubscriptionsByTopicCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import { type Item, toKey, toStoredEvent } from "../../lambda/event/event-item.ts";
import type { SecurityEvent } from "../../lambda/event/security-event.ts";
import { toStoredAlert } from "../../lambda/event/stored-alert.ts";
import { createEventTable } from "../../lambda/outbox/event-table.ts";
import { toLinkQuery } from "../../lambda/outbox/link.ts";
import { INCIDENT_PATH, PACE } from "../../lambda/shared/names.ts";
import { newWabaId } from "../support/builders.ts";
import type { Clients } from "./clients.ts";
import type { Deployment } from "./deployment.ts";
import type { Shell } from "./shell.ts";

/** The deployed system, as Meta, EventBridge and its owner meet it. */
export function createSystem({ output }: Deployment, clients: Clients, shell: Shell) {
  const { dynamodb, lambda, secrets, sns } = clients;

  async function readSecret() {
    const { SecretString = "" } = await secrets.send(
      new GetSecretValueCommand({ SecretId: output("SecretName") }),
    );
    return JSON.parse(SecretString) as { verifyToken: string; appSecrets: string[] };
  }

  async function itemsOf(wabaId: string): Promise<Item[]> {
    const command = new QueryCommand({
      TableName: output("TableName"),
      KeyConditionExpression: "wabaId = :id",
      ExpressionAttributeValues: { ":id": { S: wabaId } },
      ConsistentRead: true,
    });
    return (await dynamodb.send(command)).Items ?? [];
  }

  async function invoke(name: string): Promise<string | undefined> {
    const command = new InvokeCommand({ FunctionName: output(name), Payload: SCHEDULED_EVENT });
    const { FunctionError, Payload } = await lambda.send(command);
    return FunctionError && `${FunctionError}: ${Payload?.transformToString()}`;
  }

  return {
    itemsOf,
    readSecret,

    /** Whether the only event of this account has been alerted. */
    async alertStateOf(wabaId: string): Promise<string | undefined> {
      const [item, ...others] = await itemsOf(wabaId);
      if (others.length > 0) throw new Error(`There is more than one item of ${wabaId}`);
      return item?.alert?.S;
    },

    async allItems(): Promise<Item[]> {
      const command = new ScanCommand({ TableName: output("TableName") });
      const { Items = [] } = await dynamodb.send(command);
      // The pace of publishing and the watchdog's memory are kept in the same table.
      return Items.filter(({ wabaId }) => !/^(pace|watchdog|protect)$/.test(wabaId?.S ?? ""));
    },

    /** Posts a delivery; the answer's status. */
    async post(body: string, signature: string): Promise<number> {
      const headers = { "content-type": "application/json", "x-hub-signature-256": signature };
      const answer = await fetch(output("WebhookUrl"), { method: "POST", headers, body });
      return answer.status;
    },

    async shakeHands(verifyToken: string) {
      const url = new URL(output("WebhookUrl"));
      url.searchParams.set("hub.mode", "subscribe");
      url.searchParams.set("hub.challenge", "1158201444");
      url.searchParams.set("hub.verify_token", verifyToken);
      const answer = await fetch(url);
      return { status: answer.status, text: await answer.text() };
    },

    /** As if nothing had been published in the last minute. */
    async freePlaces(): Promise<void> {
      const TableName = output("TableName");
      const Key = toKey({ wabaId: PACE.partition, eventKey: "single" });
      await dynamodb.send(new DeleteItemCommand({ TableName, Key }));
    },

    /** Lets the time of the next repeat come for this account's only event. */
    async makeDue(wabaId: string): Promise<void> {
      const [item] = await itemsOf(wabaId);
      const command = new UpdateItemCommand({
        TableName: output("TableName"),
        Key: toKey(toStoredEvent(item ?? {})),
        UpdateExpression: "SET dueAt = :past",
        ConditionExpression: "alert = :open",
        ExpressionAttributeValues: { ":past": { N: "1" }, ":open": { S: "open" } },
      });
      await dynamodb.send(command);
    },

    /** By which a person answers the alert of this account's only event. */
    async linkOf(wabaId: string): Promise<string> {
      const [item] = await itemsOf(wabaId);
      const query = toLinkQuery(toStoredAlert(item ?? {}));
      return new URL(`${INCIDENT_PATH}?${query}`, output("WebhookUrl")).href;
    },

    /** Leaves behind what a function that dies after storing leaves; the account's id. */
    async leavePending(): Promise<string> {
      const wabaId = newWabaId();
      const table = createEventTable({ client: dynamodb, tableName: output("TableName") });
      const claim = { token: randomUUID(), expiresAt: Date.now() - 1 };
      await table.recordPending({ ...EVENT, wabaId }, claim);
      return wabaId;
    },

    /** Invokes the function as the relay's rule does; the error that it ended with, if it did. */
    tick: () => invoke("FunctionName"),

    /** The same for the watchdog and its daily rule. */
    runWatchdog: () => invoke("WatchdogFunctionName"),

    /** Invokes the watchdog function as CloudWatch's console does for the dashboard's widget. */
    async callWidget(event: object): Promise<string> {
      const FunctionName = output("WatchdogFunctionName");
      const command = new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) });
      const { FunctionError, Payload } = await lambda.send(command);
      const answer = Payload?.transformToString() ?? "";
      if (FunctionError) throw new Error(`${FunctionError}: ${answer}`);
      return JSON.parse(answer);
    },

    /** As the link at the foot of a mail does. */
    async unsubscribe(topic: string, endpoint: string): Promise<void> {
      const TopicArn = output(topic);
      const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
      const found = Subscriptions?.find(({ Endpoint }) => Endpoint === endpoint);
      await sns.send(new UnsubscribeCommand({ SubscriptionArn: found?.SubscriptionArn }));
    },

    /** Puts it in front of the others: by the stack's own command, or without the AWS CLI by the SDK. */
    async putAppSecret(appSecret: string): Promise<void> {
      if (await hasAwsCli(shell)) {
        await shell.run(output("SetAppSecretCommand"), `${appSecret}\n`);
        return;
      }
      const { verifyToken, appSecrets } = await readSecret();
      const SecretString = JSON.stringify({ verifyToken, appSecrets: [appSecret, ...appSecrets] });
      const SecretId = output("SecretName");
      await secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
    },
  };
}

const EVENT: SecurityEvent = {
  wabaId: "",
  eventKey: "0000001748811473#0123456789abcdef",
  event: "PIN_RESET_REQUEST",
  displayPhoneNumber: "15550783881",
  time: 1748811473,
  receivedAt: "2025-06-01T20:57:54.000Z",
  test: false,
  appSecretIndex: 0,
};

/** As EventBridge sends it. */
const SCHEDULED_EVENT = JSON.stringify({
  version: "0",
  id: "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
  "detail-type": "Scheduled Event",
  source: "aws.events",
  account: "000000000000",
  time: "2026-01-01T00:00:00Z",
  region: "us-east-1",
  resources: ["arn:aws:events:us-east-1:000000000000:rule/relay"],
  detail: {},
});

/** In CI it must be there: what is skipped proves nothing. */
export async function hasAwsCli({ run }: Shell): Promise<boolean> {
  if (process.env.CI) return true;
  return run("aws --version").then(
    () => true,
    () => false,
  );
}

/** The relay ticks, and a changed secret is read again, once a minute. */
const PATIENCE_MS = 100_000;

export async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > until) throw new Error(`It was not so for ${PATIENCE_MS / 1000} seconds`);
    await delay(1_000);
  }
}
