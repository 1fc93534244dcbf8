import { CONCURRENCY } from "../shared/clients.ts";
import { hadNoEffect } from "../shared/failure.ts";
import type { Invocation } from "../shared/invocation.ts";
import { METRIC, PACE } from "../shared/names.ts";
import { inParallel, startElsewhere } from "../shared/parallel.ts";
import type { Claimed } from "./claims.ts";
import { findDue } from "./due.ts";
import { markTold } from "./mark.ts";
import type { Publication } from "./marks.ts";
import { prepareRepeat } from "./repeat.ts";
import { endAnnounced, keepClaim, type PublishDeps, publishSingles, release } from "./single.ts";
import { type Digest, toDigests } from "./to-digests.ts";

/**
 * Tells claimed alerts and answers in as few messages as SNS's size allows, each message as long as
 * there is time and a place for it; the rest goes back to the outbox. All were found `isToBeTold`
 * before. Nothing is thrown.
 */
export async function publishDigests(
  claimed: readonly Claimed[],
  deps: PublishDeps,
  invocation: Invocation,
): Promise<void> {
  for (const digest of toDigests(claimed, deps)) {
    const { notice, told } = digest;
    if (await hasPlace(notice, deps, invocation)) await publishDigest(digest, deps, invocation);
    else await releaseAll(told, deps, invocation);
  }
}

/** Whether there is something to tell; false where it was closed instead, or released. */
export async function isToBeTold(
  claimed: Claimed,
  deps: PublishDeps,
  invocation: Invocation,
): Promise<boolean> {
  const due = findDue(claimed.stored);
  try {
    if (due === "repeat") return (await prepareRepeat(claimed, deps)) !== undefined;
    if (due !== "nothing") return true;
    await endAnnounced(claimed, deps);
  } catch (error) {
    invocation.metrics.addFailure(METRIC.relayFailed, error);
    await release(claimed, deps, invocation);
  }
  return false;
}

async function hasPlace(
  { kind }: Digest["notice"],
  { pace, now }: PublishDeps,
  { hasTimeToPublish, metrics }: Invocation,
): Promise<boolean> {
  try {
    if (!hasTimeToPublish()) return false;
    if (await pace.take("digest", now())) return true;
    // So that no flood of alerts keeps answers from being told.
    return kind === "answers" && (await pace.take("single", now()));
  } catch (error) {
    metrics.addFailure(METRIC.relayFailed, error);
    return false;
  }
}

async function publishDigest(
  { notice, told }: Digest,
  deps: PublishDeps,
  invocation: Invocation,
): Promise<void> {
  const { metrics } = invocation;
  let messageId: string;
  try {
    messageId = await deps.topic.publish(notice);
  } catch (error) {
    metrics.addFailure(METRIC.alertPublishFailed, error);
    return digestFailed(error, told, deps, invocation);
  }
  metrics.add(METRIC.digestPublished);
  const publication = { messageId, publishedAt: deps.now() };
  await inParallel(told, CONCURRENCY, (one) => markWhole(one, publication, deps, invocation));
}

/** Of an answered alert the message tells every answer that was new. */
function markWhole(
  one: Claimed,
  publication: Publication,
  deps: PublishDeps,
  invocation: Invocation,
): Promise<void> {
  const answers = one.stored.answers.length - one.stored.announcedAnswers;
  return markTold(one, { ...publication, answers }, deps, invocation);
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
