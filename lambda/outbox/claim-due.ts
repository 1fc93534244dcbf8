import type { EventId } from "../event/event-item.ts";
import type { OutboxEntry } from "../event/outbox-queue.ts";
import type { Invocation } from "../shared/invocation.ts";
import { METRIC, OUTBOX } from "../shared/names.ts";
import type { Claimed } from "./claims.ts";
import { claimMs } from "./claims.ts";
import { type PublishDeps, publishSingle } from "./single.ts";

export interface ClaimDeps extends PublishDeps {
  readonly newToken: () => string;
}

type Waiting = Pick<OutboxEntry, "wabaId" | "eventKey" | "queue" | "attempts">;

/** Takes the claim on an event of this queue that is due at `now`; undefined if refused or failed. */
export async function claimDue(
  { queue, attempts, wabaId, eventKey }: Waiting,
  now: number,
  { outbox, newToken }: ClaimDeps,
  { hasTimeToPublish, metrics }: Invocation,
): Promise<Claimed | undefined> {
  if (!hasTimeToPublish()) return undefined;
  const token = newToken();
  try {
    const expiresAt = now + claimMs(attempts + 1);
    const stored = await outbox.claim({ wabaId, eventKey }, queue, { token, expiresAt }, now);
    return stored && { stored, token };
  } catch (error) {
    metrics.addFailure(METRIC.relayFailed, error);
    return undefined;
  }
}

/** Publishes an answer that has just been stored, without waiting for the next tick. */
export async function publishAnswer(
  { wabaId, eventKey }: EventId,
  deps: ClaimDeps,
  invocation: Invocation,
): Promise<void> {
  const waiting = { wabaId, eventKey, queue: OUTBOX.answer, attempts: 0 };
  const claimed = await claimDue(waiting, deps.now(), deps, invocation);
  if (claimed) await publishSingle(claimed, deps, invocation);
}
