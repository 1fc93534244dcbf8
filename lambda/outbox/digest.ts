import { splitDigest } from "../alert/message.ts";
import type { DigestItem, DigestNotice } from "../alert/notice.ts";
import { CONCURRENCY } from "../shared/clients.ts";
import { hadNoEffect } from "../shared/failure.ts";
import type { Invocation } from "../shared/invocation.ts";
import { METRIC, PACE } from "../shared/names.ts";
import { inParallel, startElsewhere } from "../shared/parallel.ts";
import { toIncidentLink } from "./link.ts";
import { markTold } from "./mark.ts";
import type { Claimed } from "./outbox.ts";
import { prepareRepeat } from "./repeat.ts";
import { keepClaim, type PublishDeps, publishSingles, release } from "./single.ts";

/**
 * Tells claimed alerts in as few messages as SNS's size allows, each message as long as there is
 * time and a place for it; the rest goes back to the outbox. Repeats were found `isToBeTold` before.
 * Nothing is thrown.
 */
export async function publishDigests(
  claimed: readonly Claimed[],
  deps: PublishDeps,
  invocation: Invocation,
): Promise<void> {
  const items = new Map(claimed.map((one) => [toDigestItem(one, deps), one]));
  const context = { ...deps.config, now: deps.now() };
  for (const digest of splitDigest([...items.keys()], context)) {
    const told = digest.items.flatMap((item) => items.get(item) ?? []);
    if (await hasPlace(deps, invocation)) await publishDigest(digest, told, deps, invocation);
    else await releaseAll(told, deps, invocation);
  }
}

/** Whether a claimed alert is to be told; false where it was closed instead, or released. */
export async function isToBeTold(
  claimed: Claimed,
  deps: PublishDeps,
  invocation: Invocation,
): Promise<boolean> {
  if (claimed.stored.alert !== "open") return true;
  try {
    return (await prepareRepeat(claimed, deps)) !== undefined;
  } catch (error) {
    invocation.metrics.addFailure(METRIC.relayFailed, error);
    await release(claimed, deps, invocation);
    return false;
  }
}

function toDigestItem({ stored }: Claimed, { config }: PublishDeps): DigestItem {
  const link = toIncidentLink(stored, config);
  const repeat = stored.alert === "open" ? stored.repeats + 1 : 0;
  return { event: stored.event, ...(link && { link }), repeat };
}

async function hasPlace({ pace, now }: PublishDeps, { hasTimeToPublish, metrics }: Invocation) {
  try {
    return hasTimeToPublish() && (await pace.take("digest", now()));
  } catch (error) {
    metrics.addFailure(METRIC.relayFailed, error);
    return false;
  }
}

async function publishDigest(
  digest: DigestNotice,
  told: readonly Claimed[],
  deps: PublishDeps,
  invocation: Invocation,
): Promise<void> {
  const { metrics } = invocation;
  let messageId: string;
  try {
    messageId = await deps.topic.publish(digest);
  } catch (error) {
    metrics.addFailure(METRIC.alertPublishFailed, error);
    return digestFailed(error, told, deps, invocation);
  }
  metrics.add(METRIC.digestPublished);
  const publication = { messageId, publishedAt: deps.now() };
  await inParallel(told, CONCURRENCY, (one) => markTold(one, publication, deps, invocation));
}

async function digestFailed(
  error: unknown,
  told: readonly Claimed[],
  deps: PublishDeps,
  invocation: Invocation,
): Promise<void> {
  if (!hadNoEffect(error)) {
    return inParallel(told, CONCURRENCY, (one) => keepClaim(one, deps, invocation));
  }
  if (!isAboutContent(error)) return releaseAll(told, deps, invocation);
  // One event that SNS refuses must not hold up the others of its digest.
  const inTurn = startElsewhere(told, deps.now());
  await publishSingles(inTurn.slice(0, PACE.places), deps, invocation);
  await releaseAll(inTurn.slice(PACE.places), deps, invocation);
}

function isAboutContent(error: unknown): boolean {
  return error instanceof Error && /^(InvalidParameter|Validation)/.test(error.name);
}

function releaseAll(
  claimed: readonly Claimed[],
  deps: PublishDeps,
  invocation: Invocation,
): Promise<void> {
  return inParallel(claimed, CONCURRENCY, (one) => release(one, deps, invocation));
}
