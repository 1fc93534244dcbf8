import type { AlertTopic } from "../alert/alert-topic.ts";
import type { Notice } from "../alert/legacy.ts";
import { CONCURRENCY } from "../shared/clients.ts";
import { hadNoEffect } from "../shared/failure.ts";
import type { Invocation } from "../shared/invocation.ts";
import { METRIC } from "../shared/names.ts";
import { inParallel } from "../shared/parallel.ts";
import type { Claimed } from "./claims.ts";
import { claimMs } from "./claims.ts";
import { findDue } from "./due.ts";
import { toIncidentLink } from "./link.ts";
import { markTold } from "./mark.ts";
import type { Pace } from "./pace.ts";
import { prepareRepeat, type RepeatDeps } from "./repeat.ts";

export interface PublishDeps extends RepeatDeps {
  readonly pace: Pace;
  readonly topic: AlertTopic;
}

export async function publishSingles(
  claimed: readonly Claimed[],
  deps: PublishDeps,
  invocation: Invocation,
): Promise<void> {
  await inParallel(claimed, CONCURRENCY, (one) => publishSingle(one, deps, invocation));
}

/** Publishes what is due about one event, then marks it. What fails stays in the outbox. */
export async function publishSingle(
  claimed: Claimed,
  deps: PublishDeps,
  invocation: Invocation,
): Promise<void> {
  const { metrics } = invocation;
  try {
    const notice = invocation.hasTimeToPublish() && (await toNotice(claimed, deps));
    if (notice === undefined) return;
    if (notice && (await deps.pace.take("single", deps.now())))
      return await publishNotice(notice, claimed, deps, invocation);
    if (notice) metrics.add(METRIC.alertPaced);
  } catch (error) {
    metrics.addFailure(METRIC.relayFailed, error);
  }
  await release(claimed, deps, invocation);
}

/** What there is to tell; undefined where the alert was closed instead. */
async function toNotice(claimed: Claimed, deps: PublishDeps): Promise<Notice | undefined> {
  const { stored } = claimed;
  const { event, answers, announcedAnswers } = stored;
  const link = toIncidentLink(stored, deps.config);
  const about = { event, ...(link && { link }) };
  const due = findDue(stored);
  if (due === "alert") return { kind: "alert", ...about };
  const answer = answers[announcedAnswers];
  if (due === "answer" && answer) return { kind: "acknowledged", ...about, answer };
  if (due !== "repeat") return void (await endAnnounced(claimed, deps));
  const said = await prepareRepeat(claimed, deps);
  return said && { kind: "repeat", ...about, repeat: stored.repeats + 1, since: said.story };
}

/** Another event of the number announces what was answered: this one only has to end. */
export async function endAnnounced(
  claimed: Claimed,
  { outbox, now }: Pick<PublishDeps, "outbox" | "now">,
): Promise<void> {
  await outbox.markAnnounced(claimed, claimed.stored.announcedAnswers, now());
}

async function publishNotice(
  notice: Notice,
  claimed: Claimed,
  deps: PublishDeps,
  invocation: Invocation,
): Promise<void> {
  try {
    const messageId = await deps.topic.publish(notice);
    await markTold(claimed, { messageId, publishedAt: deps.now(), answers: 1 }, deps, invocation);
  } catch (error) {
    invocation.metrics.addFailure(METRIC.alertPublishFailed, error);
    if (hadNoEffect(error)) await release(claimed, deps, invocation);
    else await keepClaim(claimed, deps, invocation);
  }
}

/** Gives the claim back, so that the next tick need not wait until it runs out. */
export async function release(
  claimed: Claimed,
  { outbox, now }: PublishDeps,
  { hasTimeToWrite, metrics }: Invocation,
): Promise<void> {
  if (!hasTimeToWrite()) return;
  await outbox
    .release(claimed, now())
    .catch((error) => metrics.addFailure(METRIC.relayFailed, error));
}

/**
 * SNS may have taken the message: the claim stays, each time for longer. A delivery claims without
 * knowing how often others have tried, so the claim may have to be prolonged.
 */
export async function keepClaim(
  claimed: Claimed,
  { outbox, now }: PublishDeps,
  { hasTimeToWrite, metrics }: Invocation,
): Promise<void> {
  const { attempts, dueAt = 0 } = claimed.stored;
  const expiresAt = now() + claimMs(attempts);
  if (attempts <= 1 || dueAt >= expiresAt - claimMs(1) || !hasTimeToWrite()) return;
  await outbox
    .prolong(claimed, expiresAt)
    .catch((error) => metrics.addFailure(METRIC.relayFailed, error));
}
