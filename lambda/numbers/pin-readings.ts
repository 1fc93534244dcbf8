import { paginateQuery } from "@aws-sdk/client-dynamodb";
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
    for (const { eventKey, isPinEnabled, readAt } of Items) {
      if (isPinEnabled?.BOOL === undefined) continue;
      readings.push({
        displayPhoneNumber: eventKey?.S ?? "",
        isPinEnabled: isPinEnabled.BOOL,
        at: Number(readAt?.N),
      });
    }
  }
  return readings;
}
