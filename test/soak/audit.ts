import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_AWS } from "../../infra/local/engines/local-aws.ts";
import type { Item } from "../../lambda/event/event-item.ts";
import { createDynamoDB } from "../../lambda/shared/clients.ts";
import { DEFAULT_ALERT_EVENTS, PACE } from "../../lambda/shared/names.ts";
import type { EnginesAddress } from "./engines-process.ts";
import type { Plan, PlannedEvent } from "./plan.ts";

/**
 * Compares what was sent with what is stored and with what was published: `lost` is what should be
 * there and is not, `surplus` the reverse, in words; `duplicates` counts each repeated alert.
 */
export async function audit({ events }: Plan, engines: EnginesAddress) {
  const dynamodb = createDynamoDB({ ...LOCAL_AWS, endpoint: engines.dynamodbEndpoint });
  const items = await readItems(dynamodb, engines.tableName);
  dynamodb.destroy();
  const alerts = await readAlerts(engines);
  const stored = Map.groupBy(items, (item) => `${item.wabaId?.S}/${item.time?.N}`);
  const alerted = new Set(alerts.map(toName));
  const sent = new Map(events.map((event) => [toName(event), event]));
  return {
    stored: items.length,
    alerts: alerts.length,
    duplicates: alerts.length - alerted.size,
    lost: [...sent].flatMap(([name, event]) => {
      const problem = findLost(event, stored.get(name)?.[0], alerted.has(name));
      return problem ? [`${name} ${event.event} ${problem}`] : [];
    }),
    surplus: [
      ...[...stored].flatMap(([name, found]) => {
        const problem = findSurplus(found, sent.get(name));
        return problem ? [`${name} ${problem}`] : [];
      }),
      ...[...alerted]
        .filter((name) => !isAlerting(sent.get(name)))
        .map((name) => `${name} was alerted and must not be`),
    ],
  };
}

const toName = ({ wabaId, time }: Pick<PlannedEvent, "wabaId" | "time">) => `${wabaId}/${time}`;

const isAlerting = (event?: PlannedEvent) => DEFAULT_ALERT_EVENTS.includes(event?.event ?? "");

function findLost(event: PlannedEvent, item: Item | undefined, isAlerted: boolean) {
  if (!item) return "is not stored";
  if (!isAlerting(event)) return undefined;
  if (!isAlerted) return "was never alerted";
  return item.alert?.S === "pending" ? "is pending for ever" : undefined;
}

function findSurplus(items: readonly Item[], sent: PlannedEvent | undefined) {
  if (!sent) return "was never sent and is stored";
  if (items.length > 1) return `is stored ${items.length} times`;
  const { event, displayPhoneNumber } = items[0] ?? {};
  const isSame = event?.S === sent.event && displayPhoneNumber?.S === sent.displayPhoneNumber;
  return isSame ? undefined : "is stored with other content";
}

/** The stored events, without the items that pace messages. */
export async function readItems(client: DynamoDBClient, TableName: string): Promise<Item[]> {
  const pages = await Array.fromAsync(paginateScan({ client }, { TableName }));
  const items = pages.flatMap(({ Items = [] }) => Items);
  return items.filter((item) => item.wabaId?.S !== PACE.partition);
}

/** Each event that a message announces for the first time: repeats depend on time, not on faults. */
async function readAlerts({ snsEndpoint: endpoint, alertQueueUrl: QueueUrl }: EnginesAddress) {
  const sqs = new SQSClient({ ...LOCAL_AWS, endpoint });
  const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
  const alerts: Published[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(receive);
    if (Messages.length === 0) break;
    for (const { Body = "" } of Messages) {
      const message = JSON.parse(JSON.parse(Body).Message);
      const { events, ...alert } = message.default ? JSON.parse(message.default) : message;
      alerts.push(...(events ?? [alert]).filter(({ repeat }: Published) => repeat === 0));
    }
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
  sqs.destroy();
  return alerts;
}

type Published = Pick<PlannedEvent, "wabaId" | "time"> & { readonly repeat: number };
