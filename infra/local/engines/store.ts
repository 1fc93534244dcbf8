import { createRequire } from "node:module";
import type { Item } from "../../../lambda/event/event-item.ts";
import { UserError } from "../../cli/errors.ts";

/** dynalite's own LevelDB, and its own code that finds the rows of an index. */
const require = createRequire(import.meta.resolve("dynalite"));
const { Level } = require("level") as { Level: new (folder: string, options: object) => Level };
const { getIndexActions } = require("./db") as {
  getIndexActions(
    indexes: readonly unknown[],
    existing: undefined,
    item: Item,
    table: StoredTable,
  ): { puts: { index: string; key: string; item: Item }[] };
};

interface Level {
  open(): Promise<void>;
  close(): Promise<void>;
  clear(range: KeyRange): Promise<void>;
  iterator<Value>(range: KeyRange): AsyncIterable<[key: string, value: Value]>;
  batch(rows: { type: "put"; key: string; value: Item }[]): Promise<void>;
}

interface KeyRange {
  readonly gte: string;
  readonly lt: string;
}

interface StoredTable {
  readonly TableName: string;
  readonly GlobalSecondaryIndexes?: readonly unknown[];
}

/**
 * Makes the store in this folder ready for dynalite, which writes an item and its index rows one by
 * one: a run that was killed in between has left them at odds. Throws a UserError when the store
 * cannot be opened; dynalite itself would end the process with a stack trace.
 */
export async function prepareStore(folder: string): Promise<void> {
  const store = new Level(folder, { valueEncoding: "json" });
  try {
    await store.open();
  } catch (error) {
    const { code } = (error as Error).cause as { code?: string };
    throw new UserError(toSentence(folder, code), { cause: error });
  }
  await rebuildIndexes(store);
  await store.close();
}

function toSentence(folder: string, code: string | undefined): string {
  if (code === "LEVEL_LOCKED") {
    return `The data folder ${folder} is locked by another local run: stop that run, or name another folder with --data.`;
  }
  return `The data folder ${folder} cannot be opened (${code}): move it away, or name another folder with --data.`;
}

const BATCH_SIZE = 1_000;

async function rebuildIndexes(store: Level): Promise<void> {
  await store.clear(toRange("index-global"));
  for await (const [, table] of store.iterator<StoredTable>(toRange("table"))) {
    let rows: Parameters<Level["batch"]>[0] = [];
    for await (const [, item] of store.iterator<Item>(toRange(`item-${table.TableName}`))) {
      rows.push(...toIndexRows(table, item));
      if (rows.length < BATCH_SIZE) continue;
      await store.batch(rows);
      rows = [];
    }
    await store.batch(rows);
  }
}

function toIndexRows(table: StoredTable, item: Item) {
  const { TableName, GlobalSecondaryIndexes = [] } = table;
  const { puts } = getIndexActions(GlobalSecondaryIndexes, undefined, item, table);
  return puts.map(({ index, key, item: value }) => ({
    type: "put" as const,
    key: `index-global~${TableName}~${index}~${key}`,
    value,
  }));
}

/** All keys of one dynalite sublevel: from `name~` up to, not including, `name\x7f`. */
function toRange(name: string): KeyRange {
  return { gte: `${name}~`, lt: `${name}\x7f` };
}
