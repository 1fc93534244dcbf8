import type { StoredEvent } from "./stored-event.ts";

/** Merges sequences that are newest first into one; reads of each only as much as is asked for. */
export async function* mergeNewestFirst(
  sources: readonly AsyncIterable<StoredEvent>[],
): AsyncIterable<StoredEvent> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
  for (;;) {
    let newest = -1;
    for (const [index, head] of heads.entries()) {
      if (!head.done && isNewer(head.value, heads[newest]?.value)) newest = index;
    }
    const head = heads[newest];
    if (!head || head.done) return;
    yield head.value;
    heads[newest] = (await iterators[newest]?.next()) ?? { done: true, value: undefined };
  }
}

function isNewer(record: StoredEvent, other: StoredEvent | undefined): boolean {
  return other === undefined || record.time > other.time;
}

export async function* take<T>(source: AsyncIterable<T>, limit: number): AsyncIterable<T> {
  if (limit <= 0) return;
  let taken = 0;
  for await (const item of source) {
    yield item;
    taken += 1;
    if (taken >= limit) return;
  }
}
