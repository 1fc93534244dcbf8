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

/** Runs at most this many at once. A rejection is handled where the result is awaited. */
export function createLimiter(limit: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  function next(): void {
    if (running >= limit) return;
    const start = waiting.shift();
    if (!start) return;
    running += 1;
    start();
  }
  return <T>(work: () => Promise<T>): Promise<T> => {
    const answer = new Promise<void>((resolve) => {
      waiting.push(resolve);
      next();
    })
      .then(work)
      .finally(() => {
        running -= 1;
        next();
      });
    answer.catch(() => {});
    return answer;
  };
}
