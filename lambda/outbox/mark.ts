import type { StoredAlert } from "../event/stored-alert.ts";
import type { Config } from "../shared/config.ts";
import type { Invocation } from "../shared/invocation.ts";
import { METRIC } from "../shared/names.ts";
import type { Claimed } from "./claims.ts";
import { findDue } from "./due.ts";
import type { Publication } from "./marks.ts";
import type { Outbox } from "./outbox.ts";
import {
  isRepeated as isRepeatedAlert,
  toDueAfterAnswer,
  toLapseAt,
  toNextDueAt,
} from "./repeat-times.ts";

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

function count(stored: StoredAlert, { publishedAt }: Publication, invocation: Invocation) {
  const { alert, event } = stored;
  const { metrics } = invocation;
  if (findDue(stored) === "repeat") metrics.add(METRIC.repeatPublished);
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
  if (findDue(stored) === "answer") {
    const repeatAt = toDueAfterAnswer(stored, publishedAt, config);
    return outbox.markAnnounced(
      claimed,
      stored.announcedAnswers + answers,
      publishedAt,
      stored.alert === "open" ? repeatAt : undefined,
    );
  }
  if (stored.alert === "open") {
    const isLast = publishedAt >= toLapseAt(stored, publishedAt);
    if (isLast) return outbox.close(claimed, "lapsed");
    return outbox.markRepeated(claimed, stored.repeats + 1, nextDueAt());
  }
  const isRepeated = isRepeatedAlert(stored.event, config);
  const opens = await outbox.markPublished(
    claimed,
    publication,
    isRepeated ? nextDueAt() : undefined,
  );
  if (opens && isRepeated) metrics.add(METRIC.incidentOpened);
}
