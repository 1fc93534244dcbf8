import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../lambda/event/event-item.ts";
import {
  findIndex,
  NUMBER_INDEX,
  OUTBOX_INDEX,
  queryIndex,
  toIndexEntry,
} from "../explore/memory-index.ts";
import { type Answer, toRowKey, writeItem } from "../explore/memory-table.ts";

/** The event table for very many items: a request costs the same however many there are. */
export interface BenchTable {
  readonly rows: ReadonlyMap<string, Item>;
  /** One request, by the name of its SDK command. */
  execute(name: string, input: object): Answer;
  seed(items: readonly Item[]): void;
}

/** An entry of a queue, sorted as its index sorts. */
interface Entry {
  readonly dueAt: number;
  readonly key: string;
}

/** What DynamoDB puts into one page: names and values count, about half of an entry's JSON. */
const PAGE_BYTES = 2 * 1024 * 1024;

export function createTable(): BenchTable {
  const rows = new Map<string, Item>();
  const queues = new Map<string, Entry[]>();
  const numbers = new Map<string, Set<string>>();

  function move(key: string, before: Item | undefined, after: Item): void {
    const [from, to] = [toEntry(key, before), toEntry(key, after)];
    if (before?.outbox?.S && from) {
      const list = queues.get(before.outbox.S) ?? [];
      list.splice(findPlace(list, from), 1);
    }
    if (after.outbox?.S && to) {
      const list = queues.get(after.outbox.S) ?? [];
      list.splice(findPlace(list, to), 0, to);
      queues.set(after.outbox.S, list);
    }
  }

  function store(key: string, before: Item | undefined, after: Item): void {
    rows.set(key, after);
    move(key, before, after);
    const number = after.displayPhoneNumber?.S;
    if (before || number === undefined) return;
    numbers.set(number, (numbers.get(number) ?? new Set()).add(key));
  }

  function queryQueue({ ExpressionAttributeValues: values = {}, ...input }: QueryCommandInput) {
    const list = queues.get(values[":queue"]?.S ?? "") ?? [];
    const start = input.ExclusiveStartKey;
    const after = start && toEntry(toRowKey(start), { ...start });
    const first = after ? findPlace(list, { ...after, key: `${after.key}\u0000` }) : 0;
    const end = Number(values[":now"]?.N ?? Number.POSITIVE_INFINITY);
    const Items: Item[] = [];
    let bytes = 0;
    for (let at = first; at < list.length && bytes < PAGE_BYTES; at += 1) {
      const { dueAt, key } = list[at] as Entry;
      if (dueAt >= end) break;
      const entry = toIndexEntry(OUTBOX_INDEX, rows.get(key)) ?? {};
      bytes += JSON.stringify(entry).length;
      Items.push(entry);
    }
    const last = bytes >= PAGE_BYTES ? Items.at(-1) : undefined;
    return { output: { Items, ...(last && { LastEvaluatedKey: last }) } };
  }

  function query(input: QueryCommandInput): Answer {
    if (findIndex(input) === OUTBOX_INDEX) return queryQueue(input);
    const keys = numbers.get(input.ExpressionAttributeValues?.[":number"]?.S ?? "") ?? [];
    const entries = [...keys].map((key) => toIndexEntry(NUMBER_INDEX, rows.get(key)) ?? {});
    return queryIndex(NUMBER_INDEX, entries, input);
  }

  return {
    rows,
    execute(name, input) {
      if (name === "QueryCommand") return query(input as QueryCommandInput);
      const { Key, Item: put } = input as { Key?: Item; Item?: Item };
      const key = toRowKey(Key ?? put ?? {});
      const before = rows.get(key);
      if (name === "GetItemCommand") return { output: before ? { Item: before } : {} };
      const { after, answer } = writeItem(name, input, before);
      if (after) store(key, before, after);
      return answer;
    },
    seed(items) {
      for (const item of items) store(toRowKey(item), undefined, item);
    },
  };
}

function toEntry(key: string, item: Item | undefined): Entry | undefined {
  return item?.dueAt && { dueAt: Number(item.dueAt.N), key };
}

/** Where the entry is, or would be. */
function findPlace(list: readonly Entry[], entry: Entry): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { dueAt, key } = list[middle] as Entry;
    if (dueAt < entry.dueAt || (dueAt === entry.dueAt && key < entry.key)) low = middle + 1;
    else high = middle;
  }
  return low;
}
