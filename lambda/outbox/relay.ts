import type { OutboxEntry } from "../event/outbox-queue.ts";
import { CONCURRENCY } from "../shared/clients.ts";
import type { Invocation } from "../shared/invocation.ts";
import { METRIC, OUTBOX } from "../shared/names.ts";
import { inParallel } from "../shared/parallel.ts";
import { type ClaimDeps, claimDue } from "./claim-due.ts";
import type { Claimed } from "./claims.ts";
import { isToBeTold, publishDigests } from "./digest.ts";
import { createOutboxSize } from "./outbox-size.ts";
import { publishSingle } from "./single.ts";

/**
 * The once-a-minute tick: tells everything in the outbox that is due. Returns whether it read the
 * outbox to its end; where the time is too short for that, its sizes are lower bounds.
 */
export async function relayOutbox(
  deps: ClaimDeps,
  invocation: Invocation,
): Promise<"all" | "at least"> {
  const startedAt = deps.now();
  const size = createOutboxSize(startedAt);
  const due: OutboxEntry[] = [];
  let counted: "all" | "at least" = "all";
  try {
    for (const queue of Object.values(OUTBOX)) {
      for await (const page of deps.outbox.queue(queue)) {
        size.add(page);
        due.push(...page.filter(({ dueAt }) => dueAt < startedAt));
        if (invocation.hasTimeToClaim()) continue;
        counted = "at least";
        break;
      }
    }
  } finally {
    // Also where a later page can't be read: what is known to be due is told all the same.
    await tellDue(due, deps, invocation);
  }
  invocation.metrics.add(METRIC.relayRun);
  size.report(invocation.metrics);
  return counted;
}

/**
 * Alerts, then answers: each alone if the minute has places for all of them, else together. What
 * finds no place waits for the next tick.
 */
async function tellDue(
  due: readonly OutboxEntry[],
  deps: ClaimDeps,
  invocation: Invocation,
): Promise<void> {
  const alerts = due.filter(({ queue }) => queue !== OUTBOX.answer);
  const answers = due.filter(({ queue }) => queue === OUTBOX.answer);
  for (const entries of [alerts, answers]) {
    if (entries.length === 0) continue;
    const areFew = entries.length <= (await countFree(deps, invocation));
    await (areFew ? tellAlone : tellTogether)(entries, deps, invocation);
  }
}

async function tellAlone(
  entries: readonly OutboxEntry[],
  deps: ClaimDeps,
  invocation: Invocation,
): Promise<void> {
  await inParallel(entries, CONCURRENCY, async (entry) => {
    const claimed = await claimDue(entry, deps.now(), deps, invocation);
    if (claimed) await publishSingle(claimed, deps, invocation);
  });
}

async function countFree({ pace, now }: ClaimDeps, { metrics }: Invocation): Promise<number> {
  try {
    return await pace.countFree("single", now());
  } catch (error) {
    metrics.addFailure(METRIC.relayFailed, error);
    return 0;
  }
}

async function tellTogether(
  entries: readonly OutboxEntry[],
  deps: ClaimDeps,
  invocation: Invocation,
): Promise<void> {
  const claimed: Claimed[] = [];
  // First alerts first. What is claimed is prepared at once: there must be time left to publish it.
  const inTurn = entries.toSorted(
    (a, b) => Number(b.queue === OUTBOX.alert) - Number(a.queue === OUTBOX.alert),
  );
  await inParallel(inTurn, CONCURRENCY, async (entry) => {
    if (!invocation.hasTimeToClaim()) return;
    const one = await claimDue(entry, deps.now(), deps, invocation);
    if (one && (await isToBeTold(one, deps, invocation))) claimed.push(one);
  });
  await publishDigests(claimed, deps, invocation);
}
