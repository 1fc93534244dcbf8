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
 * The same items in the same order, starting at another one each time. A round can be too short for
 * all of them; then no item keeps the others from their turn for ever.
 */
export function startElsewhere<T>(items: readonly T[], now: number): readonly T[] {
  const start = now % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
