import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import type { NumberOverview } from "../../../lambda/checks/overview.ts";
import { type StoredAlert, toStoredAlert } from "../../../lambda/event/stored-alert.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { MAX_ROWS } from "../../../lambda/page/overview-parts.ts";

const MOST = 20;

interface Source {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
}

/** Each number's alert that waits, else the one that was ended last, as the table has it. */
export async function readAlerts(
  { dynamodb: client, tableName }: Source,
  numbers: readonly NumberOverview[],
): Promise<StoredAlert[]> {
  const table = createEventTable({ client, tableName });
  const ids = numbers.slice(0, MAX_ROWS).flatMap(({ incident, ended }) => incident ?? ended ?? []);
  const found = await Promise.all(ids.map((id) => table.find(id)));
  return found.filter((alert) => alert !== undefined);
}

/** The events that came last, the newest first: of any name, and tests too. */
export async function readLatest({
  dynamodb: client,
  tableName: TableName,
}: Source): Promise<StoredAlert[]> {
  let latest: StoredAlert[] = [];
  // No index has all events, whatever their name, by their time: a local table is small.
  const input = { TableName, FilterExpression: "attribute_exists(receivedAt)" };
  for await (const { Items = [] } of paginateScan({ client }, input)) {
    latest = [...latest, ...Items.map(toStoredAlert)].sort(byArrival).slice(0, MOST);
  }
  return latest;
}

function byArrival({ event: a }: StoredAlert, { event: b }: StoredAlert): number {
  return b.receivedAt.localeCompare(a.receivedAt) || b.time - a.time;
}
