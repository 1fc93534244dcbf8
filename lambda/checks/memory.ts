import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { TABLE, WATCHDOG } from "../shared/names.ts";
import type { WatchedSystem } from "./system.ts";

const Instants = v.record(v.string(), v.number());

const Memory = v.object({
  /** When the watchdog ran last, and when it sent its weekly report last; ms since the epoch. */
  ranAt: v.number(),
  reportedAt: v.fallback(v.number(), 0),
  /** By the id of a check: since when it fails, and since when Meta could not be asked for it. */
  failedSince: v.fallback(Instants, {}),
  unavailableSince: v.fallback(Instants, {}),
  /** Ids of the apps that were subscribed to each account. */
  apps: v.fallback(v.record(v.string(), v.array(v.string())), {}),
  /** Whether Meta said that a number's PIN is enabled, and when it said so. */
  pins: v.fallback(v.array(v.tuple([v.string(), v.boolean(), v.number()])), []),
});

/** What the watchdog remembers from one run to the next; commands may read it. */
export type Memory = v.InferOutput<typeof Memory>;

type Source = Pick<WatchedSystem, "dynamodb" | "tableName">;

/**
 * An item of the event table under a key that no event has. It is in no index, and the watchdog's
 * role may write nothing else.
 */
const KEY = {
  [TABLE.partitionKey]: { S: WATCHDOG.partition },
  [TABLE.sortKey]: { S: WATCHDOG.memoryKey },
};

/** Undefined before the first run. */
export async function readMemory({ dynamodb, tableName }: Source): Promise<Memory | undefined> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }),
  );
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), Memory), Item?.memory?.S);
  return result.success ? result.output : undefined;
}

export async function saveMemory({ dynamodb, tableName }: Source, memory: Memory): Promise<void> {
  const Item = { ...KEY, memory: { S: JSON.stringify(memory) } };
  await dynamodb.send(new PutItemCommand({ TableName: tableName, Item }));
}
