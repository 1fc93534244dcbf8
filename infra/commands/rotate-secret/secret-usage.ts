import { paginateQuery } from "@aws-sdk/client-dynamodb";
import { type Item, toStoredEvent } from "../../../lambda/outbox/event-item.ts";
import { INDEXES, KNOWN_EVENTS, METRIC } from "../../../lambda/shared/names.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { readMetric } from "../../deployment/metric.ts";
import { DRILL_PREFIX } from "../../meta/delivery.ts";
import type { Rotation, StoredSecret } from "../../meta/stored-secret.ts";

/** Which app secret Meta's deliveries matched since the change; drills do not count. */
export interface Evidence {
  readonly matchedNew: number;
  readonly matchedOld: number;
  /** Deliveries from when the function may still have known the old list: theirs can't be told. */
  readonly unsure: number;
  /** Milliseconds since the epoch. */
  readonly lastNewAt?: number;
  readonly lastOldAt?: number;
}

/** Functions read the secret again at least this often, see `lambda/secrets.ts`; some to spare. */
const SETTLING_MS = 6 * 60_000;

/** Meta repeats a delivery for a week, with the time of its first. */
const REPEATS_SECONDS = 8 * 86_400;

interface Match {
  readonly at: number;
  /** Position in `appSecrets`. */
  readonly index: number;
  readonly count: number;
}

export async function gatherEvidence(
  deployment: Deployment,
  stored: StoredSecret,
  rotation: Rotation,
  now: number,
): Promise<Evidence> {
  const settledAt = Date.parse(rotation.startedAt) + SETTLING_MS;
  const oldIndex = stored.appSecrets.indexOf(rotation.retiring);
  const events = await findEventMatches(deployment, rotation.startedAt);
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

/** The events that Meta sent, its Test button included, received since then. */
async function findEventMatches(deployment: Deployment, since: string): Promise<Match[]> {
  const pages = await Promise.all(KNOWN_EVENTS.map((name) => findEvents(deployment, name, since)));
  return pages.flat().map((item) => {
    const { receivedAt, appSecretIndex } = toStoredEvent(item);
    return { at: Date.parse(receivedAt), index: appSecretIndex, count: 1 };
  });
}

async function findEvents(
  { dynamodb, tableName }: Deployment,
  name: string,
  since: string,
): Promise<Item[]> {
  const { name: IndexName, partitionKey, sortKey } = INDEXES.byEvent;
  const from = Math.floor(Date.parse(since) / 1000) - REPEATS_SECONDS;
  const items: Item[] = [];
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: tableName,
      IndexName,
      KeyConditionExpression: "#event = :name AND #time >= :from",
      FilterExpression:
        "receivedAt >= :since AND (attribute_not_exists(requester) OR NOT begins_with(requester, :drill))",
      ExpressionAttributeNames: { "#event": partitionKey, "#time": sortKey },
      ExpressionAttributeValues: {
        ":name": { S: name },
        ":from": { N: String(from) },
        ":since": { S: since },
        ":drill": { S: DRILL_PREFIX },
      },
    },
  );
  for await (const page of pages) items.push(...(page.Items ?? []));
  return items;
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
