import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type EventId, type Item, toKey } from "../event/event-item.ts";
import { type StoredAlert, toStoredAlert } from "../event/stored-alert.ts";

/** The answer of a conditional write, or undefined when its condition did not hold. */
export async function unlessConditionFails<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

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
