import type { AlertTopic } from "../alert/alert-topic.ts";
import type { OutboxEntry } from "../event/outbox-queue.ts";
import type { Invocation } from "../shared/invocation.ts";
import { METRIC } from "../shared/metric-names.ts";
import { type Claimed, claimMs } from "./claims.ts";
import type { Pace, PaceTaker } from "./pace.ts";
import type { RepeatDeps } from "./repeat.ts";

/** An event that waits in a queue of the outbox. */
export type Waiting = Pick<OutboxEntry, "wabaId" | "eventKey" | "queue" | "attempts">;

/** What publishing needs, whatever the invocation. */
export interface PublishDeps extends RepeatDeps {
  readonly pace: Pace;
  readonly topic: AlertTopic;
  readonly newToken: () => string;
  /** Waits for that many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** The same within one invocation, and on whose behalf it takes places. */
export interface Run extends PublishDeps {
  readonly invocation: Invocation;
  readonly taker: PaceTaker;
}

/** Takes the claim on what is due; undefined where it is another's, or the outbox cannot be asked. */
export async function takeClaim(
  { queue, attempts, wabaId, eventKey }: Waiting,
  token: string,
  { outbox, now, invocation }: Run,
): Promise<Claimed | undefined> {
  const at = now();
  try {
    const expiresAt = at + claimMs(attempts + 1);
    const stored = await outbox.claim({ wabaId, eventKey }, queue, { token, expiresAt }, at);
    return stored && { stored, token };
  } catch (error) {
    invocation.metrics.addFailure(METRIC.relayFailed, error);
    return undefined;
  }
}

/** Gives the claim back, so that the next tick need not wait until it expires. */
export async function release(claimed: Claimed, { outbox, now, invocation }: Run): Promise<void> {
  if (!invocation.hasTimeToWrite()) return;
  await outbox
    .release(claimed, now())
    .catch((error) => invocation.metrics.addFailure(METRIC.relayFailed, error));
}

/**
 * SNS may have taken the message: the claim stays, each time for longer. A delivery claims without
 * knowing how often others have tried, so the claim may have to be prolonged.
 */
export async function keepClaim(claimed: Claimed, { outbox, now, invocation }: Run): Promise<void> {
  const { attempts, dueAt = 0 } = claimed.stored;
  const expiresAt = now() + claimMs(attempts);
  if (attempts <= 1 || dueAt >= expiresAt - claimMs(1) || !invocation.hasTimeToWrite()) return;
  await outbox
    .prolong(claimed, expiresAt)
    .catch((error) => invocation.metrics.addFailure(METRIC.relayFailed, error));
}
