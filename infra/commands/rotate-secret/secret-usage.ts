import { readMetric } from "../../../lambda/facts/metric.ts";
import { METRIC } from "../../../lambda/shared/names.ts";
import { count, toAgo, wrap } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { queryEvents } from "../../deployment/events.ts";
import { DRILL_PREFIX } from "../../meta/delivery.ts";
import type { Rotation, StoredSecret } from "../../meta/stored-secret.ts";

/** Which app secret Meta's deliveries matched since the change; drills do not count. */
export interface SecretUsage {
  readonly matchedNew: number;
  readonly matchedOld: number;
  /** Deliveries from when the function may still have known the old list: theirs can't be told. */
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

export async function readSecretUsage(
  deployment: Deployment,
  stored: StoredSecret,
  rotation: Rotation,
  now: number,
): Promise<SecretUsage> {
  const startedAt = Date.parse(rotation.startedAt);
  const settledAt = startedAt + SETTLING_MS;
  const oldIndex = stored.appSecrets.indexOf(rotation.retiring);
  const events = await findEventMatches(deployment, startedAt);
  const deliveries = await findMetricMatches(deployment, stored, settledAt, now);
  const settled = [...events.filter(({ at }) => at >= settledAt), ...deliveries];
  const byNew = settled.filter(({ index }) => index === 0);
  const byOld = settled.filter(({ index }) => index === oldIndex);
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
 * Deliveries of every field, by the metric, that matched the old secret. With two secrets its
 * samples are 0 and 1, so that their sum counts the old one's. Those of the new can't be told from
 * drills, and count by their events alone.
 */
async function findMetricMatches(
  { aws }: Deployment,
  { appSecrets }: StoredSecret,
  from: number,
  now: number,
): Promise<Match[]> {
  if (!aws || appSecrets.length !== 2 || from >= now) return [];
  const points = await readMetric(aws, METRIC.matchedSecretIndex, from, now);
  return points.filter(({ sum }) => sum > 0).map(({ at, sum }) => ({ at, index: 1, count: sum }));
}

export function toUsageLines(usage: SecretUsage, now: number): string[] {
  const { matchedNew, matchedOld, unsure, lastNewAt, lastOldAt } = usage;
  const last = (at: number | undefined) => (at === undefined ? "" : `, last ${toAgo(at, now)}`);
  return [
    `  new secret   ${count(matchedNew, "match", "matches")}${last(lastNewAt)}`,
    `  old secret   ${count(matchedOld, "match", "matches")}${last(lastOldAt)}`,
    ...(unsure > 0
      ? wrap(`${count(unsure, "event")} came in too soon after the change to tell.`, "  ")
      : []),
    ...(matchedNew === 0 ? wrap(TEST_HINT) : []),
  ];
}

/** A drill would prove nothing: it is signed here. */
export const TEST_HINT =
  "To see Meta sign with the new one, wait six minutes after the change, then press Test at developers.facebook.com, your app, WhatsApp, Configuration, field security.";
