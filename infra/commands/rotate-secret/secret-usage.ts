import { readMetric } from "../../../lambda/facts/metric.ts";
import type { Rotation } from "../../../lambda/meta/stored-secret.ts";
import { METRIC } from "../../../lambda/shared/metric-names.ts";
import { count, toAgo } from "../../../lambda/shared/time-text.ts";
import { wrap } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { queryEvents } from "../../deployment/events.ts";
import type { VersionedSecret } from "../../deployment/secret.ts";
import { DRILL_PREFIX } from "../../meta-app/delivery.ts";
import { toDigest } from "../../meta-app/stored-secret.ts";

/** Which app secret Meta's deliveries matched since the change; drills do not count. */
export interface SecretUsage {
  readonly matchedNew: number;
  readonly matchedOld: number;
  /** Deliveries soon after the change: the function may still have had the old list. */
  readonly unsure: number;
  /** Milliseconds since the epoch. */
  readonly lastNewAt?: number;
  readonly lastOldAt?: number;
}

/** Functions read the secret again every five minutes at the latest; one to spare. */
const SETTLING_MS = 6 * 60_000;

/** Meta repeats a delivery for a week, with the time of its first. */
const REPEATS_SECONDS = 8 * 86_400;

interface Match {
  readonly at: number;
  /** Position in `appSecrets`. */
  readonly index: number;
  readonly count: number;
}

/** What is saved, and since when: earlier deliveries matched positions of another list. */
export type SavedSecret = Pick<VersionedSecret, "stored" | "changedAt">;

export async function readSecretUsage(
  deployment: Deployment,
  { stored, changedAt }: SavedSecret,
  rotation: Rotation,
  now: number,
): Promise<SecretUsage> {
  const startedAt = Date.parse(rotation.startedAt);
  const settledAt = Math.max(startedAt, changedAt) + SETTLING_MS;
  const { appSecrets } = stored;
  const oldIndex = appSecrets.indexOf(rotation.retiring);
  // Another app's secret may have been saved in front since.
  const newIndex = appSecrets.findIndex((text) => toDigest(text) === rotation.digest);
  const events = await findEventMatches(deployment, startedAt);
  const settled = events.filter(({ at }) => at >= settledAt);
  const byNew = settled.filter(({ index }) => index === newIndex);
  const byOld = [
    ...settled.filter(({ index }) => index === oldIndex),
    ...(await findMetricMatches(deployment, oldIndex, settledAt, now)),
  ];
  return {
    matchedNew: total(byNew),
    matchedOld: total(byOld),
    unsure: total(events.filter(({ at }) => at < settledAt)),
    ...(byNew.length > 0 && { lastNewAt: Math.max(...byNew.map(({ at }) => at)) }),
    ...(byOld.length > 0 && { lastOldAt: Math.max(...byOld.map(({ at }) => at)) }),
  };
}

function total(matches: readonly Match[]): number {
  return matches.reduce((sum, { count }) => sum + count, 0);
}

/** When each position of `appSecrets` last matched a delivery since the list was saved. */
export async function readLastMatches(
  deployment: Deployment,
  changedAt: number,
): Promise<ReadonlyMap<number, number>> {
  const lastMatches = new Map<number, number>();
  for (const { at, index } of await findEventMatches(deployment, changedAt)) {
    if (at < changedAt + SETTLING_MS) continue;
    lastMatches.set(index, Math.max(at, lastMatches.get(index) ?? 0));
  }
  return lastMatches;
}

/** The events that Meta sent, its Test button included, received since then. */
async function findEventMatches(deployment: Deployment, sinceMs: number): Promise<Match[]> {
  const since = Math.floor(sinceMs / 1000) - REPEATS_SECONDS;
  const matches: Match[] = [];
  for await (const { receivedAt, requester, appSecretIndex } of queryEvents(deployment, {
    since,
  })) {
    const at = Date.parse(String(receivedAt));
    const isDrill = String(requester ?? "").startsWith(DRILL_PREFIX);
    if (at >= sinceMs && !isDrill) matches.push({ at, index: Number(appSecretIndex), count: 1 });
  }
  return matches;
}

/**
 * Deliveries of every field, by the metric, that may have matched the old secret: it stands last, so
 * that a minute whose largest sample is its position has one, and a smaller one has none. Those of
 * the new secret cannot be distinguished from drills, and count by their events alone.
 */
async function findMetricMatches(
  { aws }: Deployment,
  oldIndex: number,
  from: number,
  now: number,
): Promise<Match[]> {
  if (!aws || oldIndex < 1 || from >= now) return [];
  const points = await readMetric(aws, METRIC.matchedSecretIndex, from, now);
  return points
    .filter(({ max }) => max >= oldIndex)
    .map(({ at, sum, max }) => ({
      at,
      index: oldIndex,
      count: Math.max(1, Math.floor(sum / max)),
    }));
}

export function toUsageLines(usage: SecretUsage, now: number): string[] {
  const { matchedNew, matchedOld, unsure, lastNewAt, lastOldAt } = usage;
  const last = (at: number | undefined) => (at === undefined ? "" : `, last ${toAgo(at, now)}`);
  return [
    `  new secret   ${count(matchedNew, "match", "matches")}${last(lastNewAt)}`,
    `  old secret   ${count(matchedOld, "match", "matches")}${last(lastOldAt)}`,
    ...(unsure > 0
      ? wrap(`${count(unsure, "event")} came in too soon after the change to count.`, "  ")
      : []),
    ...(matchedNew === 0 ? wrap(TEST_HINT) : []),
  ];
}

/** A drill would prove nothing: it is signed here. */
export const TEST_HINT =
  "To see Meta sign with the new one, wait six minutes after the change, then press Test at developers.facebook.com, your app, WhatsApp, Configuration, field security.";
