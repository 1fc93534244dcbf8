import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../lambda/event/event-item.ts";
import { INDEXES, OUTBOX_ATTRIBUTES, TABLE } from "../../lambda/shared/item-names.ts";
import { parseCondition } from "./condition-expression.ts";
import { withNames } from "./expressions.ts";
import type { Answer } from "./memory-table.ts";
import { onceForBoth } from "./once.ts";

/** An index, or the table itself, as a query sees it. */
export interface Index {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  /** Attributes that it shows beside the keys; all without. */
  readonly projected?: readonly string[];
}

export const OUTBOX_INDEX: Index = { ...INDEXES.outbox, projected: OUTBOX_ATTRIBUTES };

export const NUMBER_INDEX: Index = INDEXES.byDisplayPhoneNumber;

const ITSELF: Index = { name: "", ...TABLE };

const ALL = [OUTBOX_INDEX, NUMBER_INDEX, INDEXES.byEvent, INDEXES.byRequester, ITSELF];

export function findIndex({ IndexName = "" }: { IndexName?: string | undefined }): Index {
  const found = ALL.find(({ name }) => name === IndexName);
  if (!found) throw new Error(`The stand-in does not know the index ${IndexName}`);
  return found;
}

function toKeys({ partitionKey, sortKey }: Index): string[] {
  return [...new Set([TABLE.partitionKey, TABLE.sortKey, partitionKey, sortKey])];
}

/** What the index shows of an item; undefined where the item lacks one of the index's keys. */
export function toIndexEntry(index: Index, item: Item | undefined): Item | undefined {
  if (item?.[index.partitionKey] === undefined || item[index.sortKey] === undefined) {
    return undefined;
  }
  return index.projected ? toProjection(index, item) : item;
}

const toProjection = onceForBoth((index: Index, item: Item) => {
  return pick(item, [...toKeys(index), ...(index.projected ?? [])]);
});

function pick(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(
    names.flatMap((name) => (item[name] ? [[name, item[name]] as const] : [])),
  );
}

/** A page of what the index holds: maybe not what the table holds. */
export function queryIndex(index: Index, entries: readonly Item[], input: QueryCommandInput) {
  const { ExpressionAttributeValues = {}, ExclusiveStartKey: start, Limit = 500 } = input;
  if (input.FilterExpression !== undefined) throw new Error("The stand-in knows no filters");
  const matches = parseCondition(withNames(input.KeyConditionExpression ?? "", input));
  const compare = toOrder(index, input.ScanIndexForward !== false);
  const found = entries
    .filter((entry) => matches(entry, ExpressionAttributeValues))
    .sort(compare)
    .filter((entry) => !start || compare(start, entry) < 0);
  const page = found.slice(0, Limit);
  const last = page.length === Limit ? page.at(-1) : undefined;
  const Items = page.map((entry) => project(entry, input));
  return toAnswer(Items, last && pick(last, toKeys(index)));
}

function toAnswer(Items: readonly Item[], LastEvaluatedKey: Item | undefined): Answer {
  return { output: { Items, ...(LastEvaluatedKey && { LastEvaluatedKey }) } };
}

function project(entry: Item, input: QueryCommandInput): Item {
  if (input.ProjectionExpression === undefined) return entry;
  const names = input.ProjectionExpression.split(",").map((name) => name.trim());
  return pick(
    entry,
    names.map((name) => input.ExpressionAttributeNames?.[name] ?? name),
  );
}

function toOrder({ sortKey }: Index, isForward: boolean): (a: Item, b: Item) => number {
  return (a, b) => {
    const order = compareBy(sortKey, a, b) || compareBy(TABLE.sortKey, a, b);
    return isForward ? order : -order;
  };
}

function compareBy(name: string, a: Item, b: Item): number {
  const [left, right] = [a[name], b[name]];
  if (left?.N !== undefined) return Number(left.N) - Number(right?.N);
  return Buffer.compare(Buffer.from(left?.S ?? ""), Buffer.from(right?.S ?? ""));
}
