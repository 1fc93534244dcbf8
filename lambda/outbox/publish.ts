import type { MessageAbout } from "../alert/content/notice.ts";
import { toMessages } from "../alert/message.ts";
import { CONCURRENCY } from "../shared/clients.ts";
import { hadNoEffect } from "../shared/failure.ts";
import { OUTBOX } from "../shared/item-names.ts";
import { METRIC } from "../shared/metric-names.ts";
import { inParallel } from "../shared/parallel.ts";
import { markPublication } from "./mark.ts";
import type { Item } from "./prepare.ts";
import { keepClaim, type Run, release } from "./run.ts";

type Ready = MessageAbout<Item>;

/** Reserves a place for the message; false where there is none. */
export type TakePlace = (ready: Ready) => Promise<boolean>;

/** Publishes each item in a message of its own, as far as there are places. Nothing is thrown. */
export async function publishSingly(
  items: readonly Item[],
  run: Run,
  takePlace: TakePlace = (ready) => takeFreePlace(ready, run),
): Promise<void> {
  await inParallel(sortByUrgency(items), CONCURRENCY, (item) => {
    return publishTogether([item], run, takePlace);
  });
}

/**
 * Publishes the items in as few messages as SNS's size allows, each as long as there is time and a
 * place for it; the rest goes back to the outbox. Nothing is thrown.
 */
export async function publishTogether(
  items: readonly Item[],
  run: Run,
  takePlace: TakePlace = (ready) => takeFreePlace(ready, run),
): Promise<void> {
  const context = { ...run.config, now: run.now() };
  for (const ready of toMessages(sortByUrgency(items), context)) {
    if (await hasPlace(ready, run, takePlace)) await publish(ready, run, takePlace);
    else await giveBack(ready, run);
  }
}

/** Completed resets first: where places are few, they are theirs. */
export function sortByUrgency(items: readonly Item[]): readonly Item[] {
  const isCompleted = ({ event }: Item) => event.event === "PIN_REQUEST_SUCCESS";
  return items.toSorted((a, b) => Number(isCompleted(b)) - Number(isCompleted(a)));
}

async function hasPlace(ready: Ready, run: Run, takePlace: TakePlace): Promise<boolean> {
  try {
    return run.invocation.hasTimeToPublish() && (await takePlace(ready));
  } catch (error) {
    run.invocation.metrics.addFailure(METRIC.relayFailed, error);
    return false;
  }
}

/** An answer may use a digest's place, so that many alerts cannot delay it. */
async function takeFreePlace({ items }: Ready, { pace, taker, now }: Run): Promise<boolean> {
  const kind = items.length > 1 ? "digest" : "single";
  if (await pace.take(kind, taker, now())) return true;
  const isAnswer = items.some(({ due }) => due === OUTBOX.answer);
  return isAnswer && (await pace.take("digest", taker, now()));
}

async function giveBack({ items }: Ready, run: Run): Promise<void> {
  if (run.invocation.hasTimeToPublish())
    run.invocation.metrics.add(METRIC.alertPaced, items.length);
  await releaseAll(items, run);
}

async function publish({ message, items }: Ready, run: Run, takePlace: TakePlace): Promise<void> {
  const { metrics } = run.invocation;
  let messageId: string;
  try {
    messageId = await run.topic.publish(message);
  } catch (error) {
    metrics.addFailure(METRIC.alertPublishFailed, error);
    return publishFailed(error, items, run, takePlace);
  }
  if (items.length > 1) metrics.add(METRIC.digestPublished);
  const publication = { messageId, publishedAt: run.now() };
  await inParallel(items, CONCURRENCY, (item) => markPublication(item, publication, run));
}

async function publishFailed(
  error: unknown,
  items: readonly Item[],
  run: Run,
  takePlace: TakePlace,
): Promise<void> {
  if (!hadNoEffect(error)) {
    return inParallel(items, CONCURRENCY, ({ claimed }) => keepClaim(claimed, run));
  }
  if (items.length === 1 || !isAboutContent(error)) return releaseAll(items, run);
  // One event that SNS refuses must not hold up the others of its digest: it is halved until found.
  const middle = Math.ceil(items.length / 2);
  await publishTogether(items.slice(0, middle), run, takePlace);
  await publishTogether(items.slice(middle), run, takePlace);
}

function isAboutContent(error: unknown): boolean {
  return error instanceof Error && /^(InvalidParameter|Validation)/.test(error.name);
}

function releaseAll(items: readonly Item[], run: Run): Promise<void> {
  return inParallel(items, CONCURRENCY, ({ claimed }) => release(claimed, run));
}
