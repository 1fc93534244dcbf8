import { type DynamoDBClient, GetItemCommand, paginateQuery } from "@aws-sdk/client-dynamodb";
import { type Item, toKey } from "../event/event-item.ts";
import { TABLE } from "../shared/item-names.ts";
import { PROTECT } from "../shared/names.ts";
import type { Source } from "./history.ts";
import type { PinState } from "./known.ts";

/** What Meta said of each number at the end of the last run of `protect`. */
export async function readPinReadings({
  dynamodb: client,
  tableName: TableName,
}: Source): Promise<PinState[]> {
  const readings: PinState[] = [];
  for await (const { Items = [] } of paginateQuery(
    { client },
    {
      TableName,
      KeyConditionExpression: "#id = :protect",
      ExpressionAttributeNames: { "#id": TABLE.partitionKey },
      ExpressionAttributeValues: { ":protect": { S: PROTECT.partition } },
    },
  )) {
    readings.push(...Items.flatMap(toReadings));
  }
  return readings;
}

/** The same of one number (digits): none, or one. */
export async function readPinReading(
  client: Pick<DynamoDBClient, "send">,
  TableName: string,
  digits: string,
): Promise<readonly PinState[]> {
  const Key = toKey({ wabaId: PROTECT.partition, eventKey: digits });
  const { Item } = await client.send(new GetItemCommand({ TableName, Key }));
  return Item ? toReadings(Item) : [];
}

/** A run that has not ended has no reading yet. */
function toReadings({ eventKey, isPinEnabled, readAt }: Item): PinState[] {
  if (isPinEnabled?.BOOL === undefined) return [];
  const displayPhoneNumber = eventKey?.S ?? "";
  return [{ displayPhoneNumber, isPinEnabled: isPinEnabled.BOOL, at: Number(readAt?.N) }];
}
