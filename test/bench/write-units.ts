import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../lambda/event/event-item.ts";
import { INDEXES } from "../../lambda/shared/item-names.ts";
import { type Index, OUTBOX_INDEX, toIndexEntry } from "../explore/memory-index.ts";

const { outbox: _, ...whole } = INDEXES;
const ALL_INDEXES: readonly Index[] = [...Object.values(whole), OUTBOX_INDEX];

/**
 * Write units of one change of an item, in the table and in each index that shows it: one for each
 * KB; an entry whose key changes is deleted and put.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
 */
export function toWriteUnits(before: Item | undefined, after: Item): number {
  const inIndexes = ALL_INDEXES.map((index) => {
    const entries = [toIndexEntry(index, before), toIndexEntry(index, after)] as const;
    return toIndexUnits(index, ...entries);
  });
  return inIndexes.reduce((sum, units) => sum + units, toUnits(before, after));
}

/** Of a write whose condition fails: the item is read, no index is written. */
export function toRefusedUnits(item: Item | undefined): number {
  return toUnits(item);
}

function toIndexUnits(index: Index, before: Item | undefined, after: Item | undefined): number {
  if (!before && !after) return 0;
  if (!before || !after) return toUnits(before, after);
  if (JSON.stringify(before) === JSON.stringify(after)) return 0;
  const keys = [index.partitionKey, index.sortKey];
  const isMoved = keys.some((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return isMoved ? toUnits(before) + toUnits(after) : toUnits(before, after);
}

/** For the larger of these, at least one. */
function toUnits(...items: readonly (Item | undefined)[]): number {
  const bytes = items.map((item) => (item ? toBytes(item) : 0));
  return Math.max(1, Math.ceil(Math.max(...bytes) / 1024));
}

/** Names and values count. */
export function toBytes(item: Item): number {
  const sizes = Object.entries(item).map(
    ([name, value]) => Buffer.byteLength(name) + toValueBytes(value),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function toValueBytes({ S, N, L, M }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (L) return L.reduce((sum, value) => sum + 1 + toValueBytes(value), 3);
  return M ? 3 + toBytes(M) : 1;
}
