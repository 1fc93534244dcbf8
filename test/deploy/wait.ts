import { setTimeout as delay } from "node:timers/promises";

/**
 * The first answer that is neither false nor undefined. The relay ticks, and a changed secret is
 * read again, once a minute.
 */
export async function waitFor<T>(ask: () => T | Promise<T>, seconds = 100) {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer as Exclude<T, false | undefined>;
    if (Date.now() > until) throw new Error(`Not so for ${seconds} seconds: ${ask}`);
    await delay(200);
  }
}
