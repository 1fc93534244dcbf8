import type { EventId } from "../event/event-item.ts";
import type { Invocation } from "../shared/invocation.ts";
import { METRIC } from "../shared/names.ts";
import { type Claimed, claimMs } from "./outbox.ts";
import { type PublishDeps, publishSingle } from "./single.ts";

export interface ClaimDeps extends PublishDeps {
  readonly newToken: () => string;
}

/** Takes the claim on an event that is due at `now`; undefined when refused or failed. */
export async function claimDue(
  { attempts, ...id }: EventId & { readonly attempts: number },
  now: number,
  { outbox, newToken }: ClaimDeps,
  { hasTimeToPublish, metrics }: Invocation,
): Promise<Claimed | undefined> {
  if (!hasTimeToPublish()) return undefined;
  const token = newToken();
  try {
    const expiresAt = now + claimMs(attempts + 1);
    const stored = await outbox.claim(id, { token, expiresAt }, now);
    return stored && { stored, token };
  } catch (error) {
    metrics.addFailure(METRIC.relayFailed, error);
    return undefined;
  }
}

/** Publishes what has just become due about one event, without waiting for the next tick. */
export async function publishDue(
  { wabaId, eventKey }: EventId,
  deps: ClaimDeps,
  invocation: Invocation,
): Promise<void> {
  // What became due in this very millisecond is due.
  const now = deps.now() + 1;
  const claimed = await claimDue({ wabaId, eventKey, attempts: 0 }, now, deps, invocation);
  if (claimed) await publishSingle(claimed, deps, invocation);
}
