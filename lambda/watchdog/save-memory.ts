import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import {
  type AccountMemory,
  type Instants,
  KEYS,
  type Memory,
  type Source,
  saveItem,
} from "../facts/memory.ts";
import { CONCURRENCY } from "../shared/clients.ts";
import { TABLE } from "../shared/item-names.ts";
import { WATCHDOG } from "../shared/names.ts";
import { inParallel } from "../shared/parallel.ts";

/**
 * Writes one item an account, deletes those of accounts that are gone, and writes the run's own item
 * last: a run that is interrupted is not taken for a whole one.
 */
export async function saveMemory(
  source: Source,
  memory: Memory,
  before: Memory | undefined,
): Promise<void> {
  const { ranAt, reportedAt, accounts } = memory;
  const times = splitTimes(memory);
  await inParallel(accounts, CONCURRENCY, ([id, account]) =>
    saveItem(source, `${KEYS.account}${id}`, { ...toAccountItem(account), ...times.of(id) }),
  );
  const kept = new Set([...accounts.keys()].map((id) => `${KEYS.account}${id}`));
  const old = [...(before?.accounts.keys() ?? [])].map((id) => `${KEYS.account}${id}`);
  const gone = [...old, ...(before?.damaged ?? [])].filter((key) => !kept.has(key));
  await inParallel(gone, CONCURRENCY, (key) => deleteItem(source, key));
  await saveItem(source, WATCHDOG.memoryKey, { ranAt, reportedAt, ...times.of(undefined) });
}

/** An item has 400 KB: no account has so many numbers. Those that are off are kept first. */
const MAX_PINS = 5_000;

function toAccountItem({ apps, pins }: AccountMemory) {
  const inOrder = pins.toSorted(([, a], [, b]) => Number(a) - Number(b));
  return { apps: apps && [...apps], pins: inOrder.slice(0, MAX_PINS) };
}

/** The checks of one account carry its id behind their name. */
const OF_ACCOUNT = /^(?:account|apps|numbers)-(.+)$/;

/** By account; undefined: of the whole system. Those of accounts that are gone are left out. */
function splitTimes(memory: Memory) {
  const split = (times: Instants) =>
    Map.groupBy(Object.entries(times), ([id]) => OF_ACCOUNT.exec(id)?.[1]);
  const failed = split(memory.failedSince);
  const unread = split(memory.unreadSince);
  return {
    of: (account: string | undefined) => ({
      failedSince: Object.fromEntries(failed.get(account) ?? []),
      unreadSince: Object.fromEntries(unread.get(account) ?? []),
    }),
  };
}

async function deleteItem({ dynamodb, tableName: TableName }: Source, key: string): Promise<void> {
  const Key = { [TABLE.partitionKey]: { S: WATCHDOG.partition }, [TABLE.sortKey]: { S: key } };
  await dynamodb.send(new DeleteItemCommand({ TableName, Key }));
}
