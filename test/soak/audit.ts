import { type AttributeValue, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_AWS } from "../../infra/local/engines/local-aws.ts";
import { createDynamoDB } from "../../lambda/shared/clients.ts";
import { PACE } from "../../lambda/shared/names.ts";
import type { EnginesAddress } from "./engines-process.ts";
import { isAlerting, type Plan, type PlannedEvent } from "./plan.ts";

type Item = Record<string, AttributeValue>;

export interface Audit {
  readonly stored: number;
  readonly alerts: number;
  /** Alerts that came more than once for an event, each repeat counted. */
  readonly duplicates: number;
  /** What should be there and is not, in words. */
  readonly lost: readonly string[];
  /** What is there and should not be. */
  readonly surplus: readonly string[];
}

/** Compares what was sent with what is stored and with what was published. */
export async function audit(plan: Plan, engines: EnginesAddress): Promise<Audit> {
  const dynamodb = createDynamoDB({ ...LOCAL_AWS, endpoint: engines.dynamodbEndpoint });
  const items = await readItems(dynamodb, engines.tableName);
  dynamodb.destroy();
  const alerts = await readAlerts(engines);
  const stored = Map.groupBy(items, (item) => toName(item.wabaId?.S, item.time?.N));
  const alerted = Map.groupBy(alerts, ({ wabaId, time }) => toName(wabaId, time));
  const sent = new Map(plan.events.map((event) => [toName(event.wabaId, event.time), event]));
  return {
    stored: items.length,
    alerts: alerts.length,
    duplicates: alerts.length - alerted.size,
    lost: [...sent].flatMap(([name, event]) => findLost(name, event, stored.get(name), alerted)),
    surplus: [
      ...[...stored].flatMap(([name, found]) => findSurplusItems(name, found, sent.get(name))),
      ...[...alerted.keys()].flatMap((name) => findSurplusAlert(name, sent.get(name))),
    ],
  };
}

function toName(wabaId: string | undefined, time: string | number | undefined): string {
  return `${wabaId}/${time}`;
}

function findLost(
  name: string,
  event: PlannedEvent,
  items: readonly Item[] = [],
  alerted: ReadonlyMap<string, unknown>,
): string[] {
  const item = items[0];
  if (!item) return [`${name} ${event.event} is not stored`];
  if (!isAlerting(event)) return [];
  if (!alerted.has(name)) return [`${name} ${event.event} was never alerted`];
  return item.alert?.S === "pending" ? [`${name} is pending for ever`] : [];
}

function findSurplusItems(
  name: string,
  items: readonly Item[],
  event: PlannedEvent | undefined,
): string[] {
  if (!event) return [`${name} was never sent and is stored`];
  if (items.length > 1) return [`${name} is stored ${items.length} times`];
  const isSame =
    items[0]?.event?.S === event.event &&
    items[0]?.displayPhoneNumber?.S === event.displayPhoneNumber;
  return isSame ? [] : [`${name} is stored with other content`];
}

function findSurplusAlert(name: string, event: PlannedEvent | undefined): string[] {
  return event && isAlerting(event) ? [] : [`${name} was alerted and must not be`];
}

/** The stored events, without the items that pace messages. */
export async function readItems(client: DynamoDBClient, TableName: string): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of paginateScan({ client }, { TableName })) {
    items.push(...(page.Items ?? []).filter((item) => item.wabaId?.S !== PACE.partition));
  }
  return items;
}

async function readAlerts({ snsEndpoint: endpoint, alertQueueUrl: QueueUrl }: EnginesAddress) {
  const sqs = new SQSClient({ ...LOCAL_AWS, endpoint });
  const alerts: Announced[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) break;
    alerts.push(...Messages.flatMap(({ Body = "" }) => toFirstMessages(Body)));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
  sqs.destroy();
  return alerts;
}

interface Announced {
  readonly wabaId: string;
  readonly time: number;
  readonly repeat: number;
}

/** The events that a message announces for the first time: repeats depend on time, not on faults. */
function toFirstMessages(body: string): Announced[] {
  const message = JSON.parse(JSON.parse(body).Message);
  const document: Announced & { events?: Announced[] } = message.default
    ? JSON.parse(message.default)
    : message;
  const { events, ...alert } = document;
  return (events ?? [alert]).filter(({ repeat }) => repeat === 0);
}
