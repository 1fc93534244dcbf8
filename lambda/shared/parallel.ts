/** Runs `work` on every item, at most `limit` at once. Resolves when all have ended. */
export async function inParallel<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  async function runLane(): Promise<void> {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  }
  await Promise.all(Array.from({ length: limit }, runLane));
}

/**
 * The same items, beginning somewhere else. Where the time or the room of one round is too short for
 * all of them, each round starts at another one, so that no item keeps the others from their turn.
 */
export function startElsewhere<T>(items: readonly T[], now: number): readonly T[] {
  const start = now % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
