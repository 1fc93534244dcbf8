import type { EventId } from "../event/event-item.ts";
import { CONCURRENCY } from "../shared/clients.ts";
import { OUTBOX } from "../shared/item-names.ts";
import { PACE } from "../shared/names.ts";
import { inParallel } from "../shared/parallel.ts";
import type { Claimed } from "./claims.ts";
import { type Item, prepare } from "./prepare.ts";
import { publishSingly, publishTogether } from "./publish.ts";
import { type Run, takeClaim, type Waiting } from "./run.ts";

/**
 * Publishes a delivery's alerts: each alone if there are at most five, else in digests. Alerts
 * without a place stay in the outbox for the next tick. Nothing is thrown.
 */
export async function publishDelivered(claimed: readonly Claimed[], run: Run): Promise<void> {
  const items = await prepareAll(claimed, run);
  await (items.length > PACE.places ? publishTogether : publishSingly)(items, run);
}

/** Publishes an answer that has just been stored, without waiting for the next tick. */
export async function publishAnswer({ wabaId, eventKey }: EventId, run: Run): Promise<void> {
  const waiting = { wabaId, eventKey, queue: OUTBOX.answer, attempts: 0 };
  const { items } = await claimAll([waiting], run, run.invocation.hasTimeToPublish);
  await publishTogether(items, run);
}

interface ClaimedItems {
  readonly items: readonly Item[];
  /** How many of the entries were tried: the first ones. */
  readonly tried: number;
}

/**
 * Claims what is due, as long as there is time, and finds out what is to be published. Left out:
 * what another process has claimed, and what was closed instead.
 */
export async function claimAll(
  entries: readonly Waiting[],
  run: Run,
  hasTime: () => boolean,
): Promise<ClaimedItems> {
  const claimed: Claimed[] = [];
  let tried = 0;
  await inParallel(entries, CONCURRENCY, async (entry) => {
    if (!hasTime()) return;
    tried += 1;
    const one = await takeClaim(entry, run.newToken(), run);
    if (one) claimed.push(one);
  });
  return { items: await prepareAll(claimed, run), tried };
}

async function prepareAll(claimed: readonly Claimed[], run: Run): Promise<readonly Item[]> {
  const items: Item[] = [];
  await inParallel(claimed, CONCURRENCY, async (one) => {
    const item = await prepare(one, run);
    if (item) items.push(item);
  });
  return items;
}
