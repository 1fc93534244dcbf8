import type { StoredAlert } from "../event/stored-alert.ts";
import { OUTBOX } from "../shared/item-names.ts";
import { METRIC } from "../shared/metric-names.ts";
import { type Next, toNext } from "./due.ts";
import type { Publication } from "./marks.ts";
import type { Item } from "./prepare.ts";
import { isRepeated, toDueAfterAnswer, toNextDueAt } from "./repeat-times.ts";
import type { Run } from "./run.ts";

/** Marks an item as published. A mark that fails is tried again with the next claim. */
export async function markPublication(
  item: Item,
  publication: Publication,
  run: Run,
): Promise<void> {
  count(item, publication, run);
  try {
    await mark(item, publication, run);
  } catch (error) {
    run.invocation.metrics.addFailure(METRIC.relayFailed, error);
  }
}

function count({ due, event }: Item, { publishedAt }: Publication, { invocation }: Run): void {
  const { metrics } = invocation;
  if (due === OUTBOX.repeat) metrics.add(METRIC.repeatPublished);
  if (due !== OUTBOX.alert) return;
  metrics.add(METRIC.alertPublished);
  metrics.sample(METRIC.alertLatency, publishedAt - Date.parse(event.receivedAt));
}

/** An answer that came meanwhile changes what is due next: then the mark is made again. */
const MAX_TRIES = 3;

async function mark(item: Item, publication: Publication, run: Run): Promise<void> {
  if (item.due === OUTBOX.repeat && item.isLast) return run.outbox.close(item.claimed, "lapsed");
  const { token } = item.claimed;
  let stored: StoredAlert | undefined = item.claimed.stored;
  for (let tries = 0; tries < MAX_TRIES && stored; tries += 1) {
    const next = toNextOf(item, stored, publication, run);
    const isFirst = item.due === OUTBOX.alert;
    if (await run.outbox.mark({ stored, token }, next, isFirst ? publication : undefined)) {
      if (isFirst && next.alert === "open") run.invocation.metrics.add(METRIC.incidentOpened);
      if (stored.isPlain) await run.table.restore(stored.event);
      return;
    }
    const found = await run.table.find(stored.event);
    stored = found?.claimToken === token ? found : undefined;
  }
}

/** What the event waits for after this publication. */
function toNextOf(item: Item, stored: StoredAlert, { publishedAt }: Publication, run: Run): Next {
  const repeatAt = toNextDueAt(stored, publishedAt, run.config);
  switch (item.due) {
    case OUTBOX.alert: {
      const alert = isRepeated(stored.event, run.config) ? "open" : "published";
      return toNext({ ...stored, alert }, repeatAt);
    }
    case OUTBOX.answer: {
      const { answers } = item.claimed.stored;
      const announced = { ...stored, announcedAnswers: answers.length };
      return toNext(announced, toDueAfterAnswer(stored, publishedAt, run.config));
    }
    case OUTBOX.repeat:
      return toNext({ ...stored, repeats: item.repeat }, repeatAt);
  }
}
