import { type OutboxEntry, type Queue, queryQueue } from "../event/outbox-queue.ts";
import { type Claims, createClaims } from "./claims.ts";
import { createEventUpdate, type UpdateDeps } from "./conditional.ts";
import { createMarks, type Marks } from "./marks.ts";

/**
 * Everything that still has to be published: first alerts, answers, repeats. Every change but a
 * claim is made under the claim and changes nothing once the claim has passed to somebody else.
 */
export interface Outbox extends Claims, Marks {
  /** A queue in pages, the first due in front; only what is due before `dueBefore`, if given. */
  queue(queue: Queue, dueBefore?: number): AsyncIterable<readonly OutboxEntry[]>;
}

interface OutboxDeps extends UpdateDeps {
  readonly retentionDays?: number | undefined;
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const update = createEventUpdate(deps);
  return {
    ...createClaims(update),
    ...createMarks(update, deps.retentionDays),
    queue: (queue, dueBefore) => queryQueue(deps, queue, dueBefore),
  };
}
