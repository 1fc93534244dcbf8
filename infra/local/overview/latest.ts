import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { type StoredAlert, toStoredAlert } from "../../../lambda/event/stored-alert.ts";

const MOST = 20;

/** The events that came last, the newest first: of any name, and tests too. */
export async function readLatest({
  dynamodb: client,
  tableName: TableName,
}: {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
}): Promise<StoredAlert[]> {
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
