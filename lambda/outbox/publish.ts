import type { Invocation } from "../shared/invocation.ts";
import { PACE } from "../shared/names.ts";
import type { Claimed } from "./claims.ts";
import { publishDigests } from "./digest.ts";
import { type PublishDeps, publishSingles } from "./single.ts";

/**
 * Publishes what there is time and a place for; the rest goes back to the outbox. More than a
 * minute has places for goes into digests. Nothing is thrown.
 */
export async function publishAll(
  claimed: readonly Claimed[],
  deps: PublishDeps,
  invocation: Invocation,
): Promise<void> {
  if (claimed.length > PACE.places) await publishDigests(claimed, deps, invocation);
  else await publishSingles(claimed, deps, invocation);
}
