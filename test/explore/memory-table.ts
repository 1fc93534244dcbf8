import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  DynamoDBServiceException,
  type GetItemCommandInput,
  type PutItemCommandInput,
  type QueryCommandInput,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "../../lambda/event/event-item.ts";
import { TABLE } from "../../lambda/shared/names.ts";
import { parseCondition } from "./condition-expression.ts";
import { ExpressionMismatch } from "./expressions.ts";
import { findIndex, queryIndex, toIndexEntry } from "./memory-index.ts";
import { onceForBoth } from "./once.ts";
import { parseUpdate } from "./update-expression.ts";

/** A table's content; immutable, so that an explorer can go back to any earlier one. */
export type Rows = ReadonlyMap<string, Item>;

/** What a request came to: an SDK client's `send` resolves or rejects with it. */
export type Answer = { readonly output: object } | { readonly error: Error };

export interface Effect {
  readonly rows: Rows;
  readonly answer: Answer;
}

export function toRowKey(key: Item): string {
  return `${key[TABLE.partitionKey]?.S}/${key[TABLE.sortKey]?.S}`;
}

/** An error of DynamoDB's own, by name, with the status that comes with it. */
export function toDynamoDBError(name: string, message: string): Answer {
  const $metadata = { httpStatusCode: 400 };
  return { error: new DynamoDBServiceException({ name, message, $fault: "client", $metadata }) };
}

/** What a write makes of one item: the item afterwards, unless nothing was written. */
interface Written {
  readonly after?: Item;
  readonly answer: Answer;
}

/** Stands for an item that is not there. */
const ABSENT: Item = {};

export function put(rows: Rows, input: PutItemCommandInput): Effect {
  return write(rows, toRowKey(input.Item ?? {}), (before) => putItem(input, before));
}

export function update(rows: Rows, input: UpdateItemCommandInput): Effect {
  return write(rows, toRowKey(input.Key ?? {}), (before) => updateItem(input, before));
}

function write(rows: Rows, key: string, toWritten: (before: Item) => Written): Effect {
  const { after, answer } = toWritten(rows.get(key) ?? ABSENT);
  return { rows: after ? new Map(rows).set(key, after) : rows, answer };
}

const putItem = onceForBoth((input: PutItemCommandInput, before: Item): Written => {
  if (!holds(input, before)) return toRefusal(before, input);
  return { after: input.Item ?? {}, answer: { output: {} } };
});

const updateItem = onceForBoth((input: UpdateItemCommandInput, before: Item): Written => {
  const { Key = {}, UpdateExpression = "", ExpressionAttributeValues = {} } = input;
  if (!holds(input, before)) return toRefusal(before, input);
  try {
    const change = parseUpdate(withNames(UpdateExpression, input));
    const after = change(before === ABSENT ? Key : before, ExpressionAttributeValues);
    const output = input.ReturnValues === "ALL_NEW" ? { Attributes: after } : {};
    return { after, answer: { output } };
  } catch (error) {
    if (!(error instanceof ExpressionMismatch)) throw error;
    return { answer: toDynamoDBError("ValidationException", error.message) };
  }
});

function toRefusal(item: Item, input: Conditional): Written {
  const isShown = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD" && item !== ABSENT;
  const error = new ConditionalCheckFailedException({
    message: "The conditional request failed",
    $metadata: { httpStatusCode: 400 },
    ...(isShown && { Item: item }),
  });
  return { answer: { error } };
}

export function get(rows: Rows, { Key = {} }: GetItemCommandInput): Answer {
  const Item = rows.get(toRowKey(Key));
  return { output: Item ? { Item } : {} };
}

interface Named {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
}

interface Conditional extends Named {
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeValues?: Item | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

function holds(input: Conditional, item: Item): boolean {
  const { ConditionExpression, ExpressionAttributeValues = {} } = input;
  if (ConditionExpression === undefined) return true;
  const condition = parseCondition(withNames(ConditionExpression, input));
  return condition(item, ExpressionAttributeValues);
}

/** The expression with the names that its `#placeholders` stand for. */
function withNames(expression: string, { ExpressionAttributeNames = {} }: Named): string {
  return expression.replace(/#\w+/g, (placeholder) => {
    const name = ExpressionAttributeNames[placeholder];
    if (name === undefined) throw new Error(`"${expression}": no name given for ${placeholder}`);
    return name;
  });
}

/** The stand-in as a client, for the tests that hold it to a real engine. */
export function createMemoryClient(
  rows: Rows = new Map(),
): Pick<DynamoDBClient, "send"> & { rows: Rows } {
  const client = {
    rows,
    async send(command: { input: object }) {
      const effect = execute(client.rows, command.constructor.name, command.input);
      client.rows = effect.rows;
      if ("error" in effect.answer) throw effect.answer.error;
      return effect.answer.output;
    },
  };
  return client as unknown as Pick<DynamoDBClient, "send"> & { rows: Rows };
}

/** One request, by the name of its SDK command. */
export function execute(rows: Rows, name: string, input: object): Effect {
  switch (name) {
    case "PutItemCommand":
      return put(rows, input as PutItemCommandInput);
    case "UpdateItemCommand":
      return update(rows, input as UpdateItemCommandInput);
    case "GetItemCommand":
      return { rows, answer: get(rows, input as GetItemCommandInput) };
    case "QueryCommand":
      return { rows, answer: query(rows, input as QueryCommandInput) };
    default:
      throw new Error(`The stand-in does not know ${name}`);
  }
}

/** A query of an index that has caught up with the table. */
function query(rows: Rows, input: QueryCommandInput): Answer {
  const index = findIndex(input);
  const entries = [...rows.values()].flatMap((item) => {
    const entry = toIndexEntry(index, item);
    return entry ? [entry] : [];
  });
  return queryIndex(index, entries, input);
}
