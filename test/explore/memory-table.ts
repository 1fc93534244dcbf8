import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  DynamoDBServiceException,
  type PutItemCommandInput,
  type QueryCommandInput,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "../../lambda/outbox/event-item.ts";
import { INDEXES, OUTBOX, TABLE } from "../../lambda/shared/names.ts";
import { type Condition, parseCondition, parseUpdate, type Update } from "./expressions.ts";

/** A table's content; immutable, so that an explorer can go back to any earlier one. */
export type Rows = ReadonlyMap<string, Item>;

/** What a request came to: an SDK client's `send` resolves or rejects with it. */
export type Answer = { readonly output: object } | { readonly error: Error };

/** Errors are told apart by their names. */
export function toError(name: string): Error {
  return Object.assign(new Error(name), { name });
}

export interface Effect {
  readonly rows: Rows;
  readonly answer: Answer;
}

export function toRowKey(key: Item): string {
  return `${key[TABLE.partitionKey]?.S}/${key[TABLE.sortKey]?.S}`;
}

const REFUSED: Answer = {
  error: new ConditionalCheckFailedException({
    message: "The conditional request failed",
    $metadata: {},
  }),
};

/** What DynamoDB answers to an item that it will never take. */
export const INVALID: Answer = {
  error: new DynamoDBServiceException({
    name: "ValidationException",
    message: "One or more parameter values were invalid",
    $fault: "client",
    $metadata: {},
  }),
};

export function put(rows: Rows, { Item = {}, ConditionExpression }: PutItemCommandInput): Effect {
  const key = toRowKey(Item);
  if (!holds(ConditionExpression, rows.get(key), {})) return { rows, answer: REFUSED };
  return { rows: new Map(rows).set(key, Item), answer: { output: {} } };
}

export function update(rows: Rows, input: UpdateItemCommandInput): Effect {
  const { Key = {}, UpdateExpression = "", ExpressionAttributeValues = {} } = input;
  const key = toRowKey(Key);
  const before = rows.get(key);
  if (!holds(input.ConditionExpression, before, ExpressionAttributeValues)) {
    return { rows, answer: REFUSED };
  }
  const after = updateOf(UpdateExpression)(before ?? Key, ExpressionAttributeValues);
  const output = input.ReturnValues === "ALL_NEW" ? { Attributes: after } : {};
  return { rows: new Map(rows).set(key, after), answer: { output } };
}

/** What the outbox index shows of an item; undefined where it lacks one of the index's keys. */
export function toOutboxEntry(item: Item | undefined): Item | undefined {
  const { partitionKey, sortKey } = INDEXES.outbox;
  if (item?.[partitionKey] === undefined || item[sortKey] === undefined) return undefined;
  const shown = [...Object.values(OUTBOX_KEYS), ...OUTBOX.nonKeyAttributes];
  const found = shown.flatMap((name) => (item[name] ? [[name, item[name]] as const] : []));
  return Object.fromEntries(found);
}

const OUTBOX_KEYS = [
  TABLE.partitionKey,
  TABLE.sortKey,
  INDEXES.outbox.partitionKey,
  INDEXES.outbox.sortKey,
];

/** A page of the outbox index, given what the index holds: maybe not what the table holds. */
export function queryOutbox(entries: readonly Item[], input: QueryCommandInput): Answer {
  const { KeyConditionExpression = "", ExpressionAttributeValues = {}, Limit = 1000 } = input;
  if (input.IndexName !== INDEXES.outbox.name) throw new Error("Only the outbox can be queried");
  const condition = conditionOf(KeyConditionExpression);
  const start = input.ExclusiveStartKey;
  const found = entries
    .filter((entry) => condition(entry, ExpressionAttributeValues))
    .sort(byClaimThenKey)
    .filter((entry) => !start || byClaimThenKey(start, entry) < 0);
  const Items = found.slice(0, Limit);
  const last = Items.length === Limit ? Items.at(-1) : undefined;
  if (!last) return { output: { Items } };
  const LastEvaluatedKey = Object.fromEntries(OUTBOX_KEYS.map((name) => [name, last[name]]));
  return { output: { Items, LastEvaluatedKey } };
}

function byClaimThenKey(a: Item, b: Item): number {
  const { sortKey } = INDEXES.outbox;
  return Number(a[sortKey]?.N) - Number(b[sortKey]?.N) || (toRowKey(a) < toRowKey(b) ? -1 : 1);
}

function holds(expression: string | undefined, item: Item | undefined, values: Item): boolean {
  return expression === undefined || conditionOf(expression)(item ?? {}, values);
}

const conditionOf = memoized<Condition>(parseCondition);
const updateOf = memoized<Update>(parseUpdate);

function memoized<T>(parse: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const value = known.get(text) ?? parse(text);
    known.set(text, value);
    return value;
  };
}

/** The stand-in as a client, for the tests that hold it to a real engine. */
export function createMemoryClient(): Pick<DynamoDBClient, "send"> & { rows: Rows } {
  const client = {
    rows: new Map() as Rows,
    async send(command: { input: object }) {
      const effect = execute(client.rows, command.constructor.name, command.input);
      client.rows = effect.rows;
      if ("error" in effect.answer) throw effect.answer.error;
      return effect.answer.output;
    },
  };
  return client as unknown as Pick<DynamoDBClient, "send"> & { rows: Rows };
}

function execute(rows: Rows, name: string, input: object): Effect {
  if (name === "PutItemCommand") return put(rows, input as PutItemCommandInput);
  if (name === "UpdateItemCommand") return update(rows, input as UpdateItemCommandInput);
  if (name !== "QueryCommand") throw new Error(`The stand-in does not know ${name}`);
  const shown = [...rows.values()].map(toOutboxEntry);
  const entries = shown.filter((entry): entry is Item => entry !== undefined);
  return { rows, answer: queryOutbox(entries, input as QueryCommandInput) };
}
