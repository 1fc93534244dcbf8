import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type EventId, type Item, toKey } from "../event/event-item.ts";
import { type StoredAlert, toStoredAlert } from "../event/stored-alert.ts";
import { unlessConditionFails } from "./conditional.ts";

/** A conditional update of one event: the event afterwards, or undefined when refused. */
export type Update = (
  id: EventId,
  expression: string,
  condition: string,
  values: Item,
) => Promise<StoredAlert | undefined>;

export interface UpdateDeps {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly tableName: string;
}

export function createUpdate({ client, tableName: TableName }: UpdateDeps): Update {
  return async (id, expression, condition, values) => {
    const command = new UpdateItemCommand({
      TableName,
      Key: toKey(id),
      UpdateExpression: expression,
      ConditionExpression: condition,
      ExpressionAttributeValues: values,
      ReturnValues: "ALL_NEW",
    });
    const output = await unlessConditionFails(client.send(command));
    return output && toStoredAlert(output.Attributes ?? {});
  };
}
