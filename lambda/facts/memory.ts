import { type AttributeValue, PutItemCommand, paginateQuery } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { TABLE } from "../shared/item-names.ts";
import { WATCHDOG } from "../shared/names.ts";
import type { WatchedSystem } from "./system.ts";

/** By the id of a check, milliseconds since the epoch. */
export type Instants = Readonly<Record<string, number>>;

/** What the watchdog remembers from one run to the next; commands may read it. */
export interface Memory {
  /** When the watchdog ran last, and when it sent its weekly report last; ms since the epoch. */
  readonly ranAt: number;
  readonly reportedAt: number;
  /** Since when each check fails, and since when it could not be read. */
  readonly failedSince: Instants;
  readonly unreadSince: Instants;
  readonly accounts: ReadonlyMap<string, AccountMemory>;
  /** Apps that an operator marked as known, and when. */
  readonly knownApps: ReadonlyMap<string, number>;
  /** Keys of items that could not be understood. */
  readonly damaged: readonly string[];
}

/** What Meta said of an account when it was asked last. */
export interface AccountMemory {
  /** When each subscribed app was seen first; 0: at the first look. Undefined: never read. */
  readonly apps: ReadonlyMap<string, number> | undefined;
  readonly pins: readonly Pin[];
}

/** A number's digits, whether its PIN is enabled, and when Meta said so. */
export type Pin = readonly [digits: string, isPinEnabled: boolean, at: number];

export type Source = Pick<WatchedSystem, "dynamodb" | "tableName">;

/**
 * Items of the event table under a partition that no event has: `memory` of the run, `account#ID` of
 * each account, `known#ID` of each app that is known. They are in no index.
 */
export const KEYS = { account: WATCHDOG.accountPrefix, known: "known#" } as const;

/** Undefined before the first run. Throws when it cannot be read whole. */
export async function readMemory(source: Source): Promise<Memory | undefined> {
  const items = new Map<string, string | undefined>();
  for await (const item of queryPartition(source)) {
    items.set(item[TABLE.sortKey]?.S ?? "", item.memory?.S);
  }
  return items.size === 0 ? undefined : toMemory(items);
}

async function* queryPartition({ dynamodb: client, tableName: TableName }: Source) {
  const input = {
    TableName,
    KeyConditionExpression: "#partition = :watchdog",
    ExpressionAttributeNames: { "#partition": TABLE.partitionKey },
    ExpressionAttributeValues: { ":watchdog": { S: WATCHDOG.partition } },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client }, input)) {
    yield* Items as Record<string, AttributeValue>[];
  }
}

/** A list without the entries of another type. */
function entries<T>(entry: v.GenericSchema<unknown, T>) {
  const toValid = (all: unknown[]) => all.filter((each): each is T => v.is(entry, each));
  return v.pipe(v.array(v.unknown()), v.transform(toValid));
}

const Times = v.fallback(
  v.pipe(
    v.record(v.string(), v.unknown()),
    v.transform((all) => {
      const valid = Object.entries(all).filter(([, at]) => typeof at === "number");
      return Object.fromEntries(valid) as Instants;
    }),
  ),
  {},
);
const Seen = v.tuple([v.string(), v.number()]);
const CheckTimes = { failedSince: Times, unreadSince: Times };

const RunItem = v.object({
  ranAt: v.number(),
  reportedAt: v.fallback(v.number(), 0),
  ...CheckTimes,
});
const AccountItem = v.object({
  apps: v.optional(entries(Seen)),
  pins: entries(v.tuple([v.string(), v.boolean(), v.number()])),
  ...CheckTimes,
});
const KnownItem = v.object({ at: v.number() });

function toMemory(items: ReadonlyMap<string, string | undefined>): Memory | undefined {
  const damaged: string[] = [];
  const times: v.InferOutput<typeof AccountItem>[] = [];
  const accounts = new Map<string, AccountMemory>();
  const knownApps = new Map<string, number>();
  const parse = <T>(schema: v.GenericSchema<unknown, T>, key: string): T | undefined => {
    const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), items.get(key));
    if (!result.success) damaged.push(key);
    return result.success ? result.output : undefined;
  };
  for (const key of items.keys()) {
    if (key.startsWith(KEYS.account)) {
      const item = parse(AccountItem, key);
      if (!item) continue;
      times.push(item);
      const apps = item.apps && new Map(item.apps);
      accounts.set(key.slice(KEYS.account.length), { apps, pins: item.pins });
    } else if (key.startsWith(KEYS.known)) {
      const item = parse(KnownItem, key);
      if (item) knownApps.set(key.slice(KEYS.known.length), item.at);
    }
  }
  const run = items.has(WATCHDOG.memoryKey) ? parse(RunItem, WATCHDOG.memoryKey) : undefined;
  return {
    ranAt: run?.ranAt ?? 0,
    reportedAt: run?.reportedAt ?? 0,
    failedSince: Object.assign({}, run?.failedSince, ...times.map((each) => each.failedSince)),
    unreadSince: Object.assign({}, run?.unreadSince, ...times.map((each) => each.unreadSince)),
    accounts,
    knownApps,
    damaged,
  };
}

/** Marks an app as known: its check no longer fails. */
export async function saveKnownApp(source: Source, appId: string, at: number): Promise<void> {
  await saveItem(source, `${KEYS.known}${appId}`, { at });
}

export async function saveItem(
  { dynamodb, tableName: TableName }: Source,
  key: string,
  content: object,
): Promise<void> {
  const Item = {
    [TABLE.partitionKey]: { S: WATCHDOG.partition },
    [TABLE.sortKey]: { S: key },
    memory: { S: JSON.stringify(content) },
  };
  await dynamodb.send(new PutItemCommand({ TableName, Item }));
}
