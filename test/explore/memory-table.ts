import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  DynamoDBServiceException,
  type GetItemCommandInput,
  type PutItemCommandInput,
  type QueryCommandInput,
  type ScanCommandInput,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "../../lambda/event/event-item.ts";
import { TABLE } from "../../lambda/shared/item-names.ts";
import { parseCondition } from "./condition-expression.ts";
import { ExpressionMismatch, type Named, withNames } from "./expressions.ts";
import { findIndex, type Index, queryIndex, toIndexEntry } from "./memory-index.ts";
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
export interface Written {
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

/** One write, by the name of its SDK command, to an item as it was before. */
export function writeItem(name: string, input: object, before: Item | undefined): Written {
  const write = name === "PutItemCommand" ? putItem : updateItem;
  return write(input as PutItemCommandInput & UpdateItemCommandInput, before ?? ABSENT);
}

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

/** The stand-in as a client, for the tests that hold it to a real engine. */
export function createMemoryClient(rows: Rows = new Map()): MemoryClient {
  const client: MemoryClient = Object.assign(Object.create(DynamoDBClient.prototype), {
    rows,
    async send(command: { input: object }) {
      assertStorable(command.input);
      const effect = execute(client.rows, command.constructor.name, command.input);
      client.rows = effect.rows;
      if ("error" in effect.answer) throw effect.answer.error;
      return effect.answer.output;
    },
  });
  return client;
}

type MemoryClient = DynamoDBClient & { rows: Rows };

/** One request, by the name of its SDK command. */
function execute(rows: Rows, name: string, input: object): Effect {
  switch (name) {
    case "PutItemCommand":
      return put(rows, input as PutItemCommandInput);
    case "UpdateItemCommand":
      return update(rows, input as UpdateItemCommandInput);
    case "GetItemCommand":
      return { rows, answer: get(rows, input as GetItemCommandInput) };
    case "QueryCommand":
      return { rows, answer: query(rows, input as QueryCommandInput) };
    case "ScanCommand": {
      const index = findIndex(input as ScanCommandInput);
      return { rows, answer: { output: { Items: toEntries(index, rows) } } };
    }
    default:
      throw new Error(`The stand-in does not know ${name}`);
  }
}

/** A query of an index that has caught up with the table. */
function query(rows: Rows, input: QueryCommandInput): Answer {
  const index = findIndex(input);
  return queryIndex(index, toEntries(index, rows), input);
}

function toEntries(index: Index, rows: Rows): Item[] {
  const entries = [...rows.values()].map((item) => toIndexEntry(index, item));
  return entries.filter((entry) => entry !== undefined);
}

const MAX_KEY_BYTES: Readonly<Record<string, number>> = {
  [TABLE.sortKey]: 1024,
  [TABLE.partitionKey]: 2048,
  displayPhoneNumber: 2048,
  event: 2048,
  requester: 2048,
};

interface Values {
  readonly Item?: Item;
  readonly ExpressionAttributeValues?: Item;
}

/** DynamoDB's limits of numbers and keys, as far as an event can meet them. */
function assertStorable({ Item = {}, ExpressionAttributeValues = {} }: Values): void {
  const values = [...Object.values(Item), ...Object.values(ExpressionAttributeValues)];
  const isNumberOdd = values.some(({ N }) => N !== undefined && !(Math.abs(Number(N)) < 1e126));
  const isKeyOdd = Object.entries(MAX_KEY_BYTES).some(([name, max]) => {
    const size = Item[name]?.S === undefined ? 1 : Buffer.byteLength(Item[name].S);
    return size === 0 || size > max;
  });
  if (!isNumberOdd && !isKeyOdd) return;
  const answer = toDynamoDBError("ValidationException", "A number or the size of a key is invalid");
  if ("error" in answer) throw answer.error;
}
