import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  DynamoDBServiceException,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type EventId, type Item, toItem, toKey } from "../event/event-item.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import { type StoredAlert, toStoredAlert } from "../event/stored-alert.ts";
import { ATTRIBUTE } from "../shared/item-names.ts";

/** The answer of a conditional write, or undefined when its condition did not hold. */
export async function unlessConditionFails<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** A conditional update of one item: what it is afterwards, or undefined when refused. */
export type Update<Updated> = (
  id: EventId,
  expression: string,
  condition: string,
  values: Item,
) => Promise<Updated | undefined>;

export interface UpdateDeps {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly tableName: string;
}

export function createEventUpdate(deps: UpdateDeps): Update<StoredAlert> {
  const update = createUpdate(deps);
  return async (...how) => {
    const item = await update(...how);
    return item && toStoredAlert(item);
  };
}

export function createUpdate({ client, tableName: TableName }: UpdateDeps): Update<Item> {
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
    return output && (output.Attributes ?? {});
  };
}

/** The attributes that an item in plain form lacks, or has changed. */
const INDEXED = ["event", "displayPhoneNumber", "requester", "sentAt", "time"] as const;

/** Gives a plain item its usual form; false if DynamoDB refuses that form still. */
export async function restoreForm(
  { client, tableName: TableName }: UpdateDeps,
  event: SecurityEvent,
): Promise<boolean> {
  const item = toItem(event);
  const given = INDEXED.flatMap((name) => {
    const value = item[ATTRIBUTE[name]];
    return value ? [{ name, value }] : [];
  });
  const command = new UpdateItemCommand({
    TableName,
    Key: toKey(event),
    UpdateExpression: `SET ${given.map(({ name }) => `#${name} = :${name}`).join(", ")} REMOVE ${ATTRIBUTE.plain}`,
    ConditionExpression: `${ATTRIBUTE.plain} = :plain`,
    ExpressionAttributeNames: Object.fromEntries(
      given.map(({ name }) => [`#${name}`, ATTRIBUTE[name]]),
    ),
    ExpressionAttributeValues: {
      ...Object.fromEntries(given.map(({ name, value }) => [`:${name}`, value])),
      ":plain": { BOOL: true },
    },
  });
  try {
    return (await unlessConditionFails(client.send(command))) !== undefined;
  } catch (error) {
    if (isValidationError(error)) return false;
    throw error;
  }
}

export function isValidationError(error: unknown): boolean {
  return error instanceof DynamoDBServiceException && error.name === "ValidationException";
}
