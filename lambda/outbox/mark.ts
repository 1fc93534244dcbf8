import type { StoredAlert } from "../event/stored-alert.ts";
import type { Config } from "../shared/config.ts";
import type { Invocation } from "../shared/invocation.ts";
import { METRIC } from "../shared/names.ts";
import type { Claimed } from "./claims.ts";
import type { Publication } from "./marks.ts";
import type { Outbox } from "./outbox.ts";
import { repeats, toNextDueAt } from "./repeat-times.ts";

export interface MarkDeps {
  readonly config: Config;
  readonly outbox: Outbox;
}

export interface Told extends Publication {
  /** How many of the event's answers it tells. */
  readonly answers: number;
}

/** Stores that SNS has taken what was due. A mark that fails is tried again with the next claim. */
export async function markTold(
  claimed: Claimed,
  publication: Told,
  deps: MarkDeps,
  invocation: Invocation,
): Promise<void> {
  count(claimed.stored, publication, invocation);
  try {
    await mark(claimed, publication, deps, invocation);
  } catch (error) {
    invocation.metrics.addFailure(METRIC.relayFailed, error);
  }
}

function count(
  { alert, event }: StoredAlert,
  { publishedAt }: Publication,
  invocation: Invocation,
) {
  const { metrics } = invocation;
  if (alert === "open") metrics.add(METRIC.repeatPublished);
  if (alert !== "pending") return;
  metrics.add(METRIC.alertPublished);
  metrics.sample(METRIC.alertLatency, publishedAt - Date.parse(event.receivedAt));
}

async function mark(
  claimed: Claimed,
  publication: Told,
  { config, outbox }: MarkDeps,
  { metrics }: Invocation,
): Promise<void> {
  const { stored } = claimed;
  const { publishedAt, answers } = publication;
  const nextDueAt = () => toNextDueAt(stored, publishedAt, config);
  if (stored.alert === "acknowledged") {
    return outbox.markAnnounced(claimed, stored.announcedAnswers + answers, publishedAt);
  }
  if (stored.alert === "open") {
    return outbox.markRepeated(claimed, stored.repeats + 1, nextDueAt());
  }
  const isRepeated = repeats(config) && !stored.event.test;
  const opens = await outbox.markPublished(
    claimed,
    publication,
    isRepeated ? nextDueAt() : undefined,
  );
  if (opens && isRepeated) metrics.add(METRIC.incidentOpened);
}
