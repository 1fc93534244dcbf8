import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { number, toKey } from "../event/event-item.ts";
import { PACE } from "../shared/names.ts";
import { unlessConditionFails } from "./conditional.ts";

/** Single messages and digests have places of their own. */
export type PaceKind = "single" | "digest";

/** How many messages the topic takes, whatever the number of processes that publish. */
export interface Pace {
  /** Takes a place for one message at `now` (milliseconds); false where there is none. */
  take(kind: PaceKind, now: number): Promise<boolean>;
  /** How many places there are at `now`; others may take them meanwhile. */
  countFree(kind: PaceKind, now: number): Promise<number>;
}

export interface PaceDeps {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly tableName: string;
}

const WINDOW_MS = PACE.seconds * 1000;

/** `t1` is the time of the message that is so many places back, the last one the newest's. */
const TIMES = Array.from({ length: PACE.places }, (_, index) => `t${index + 1}`);

/** Each time moves up by one place; the oldest falls out. */
const SHIFT = TIMES.map((name, index) => {
  const next = TIMES[index + 1];
  return `${name} = ${next ? `if_not_exists(${next}, :never)` : ":now"}`;
});

/**
 * A message finds a place unless the last but four went out less than a minute ago: at most five in
 * any sixty seconds. One conditional update, so that it holds for processes that know nothing of
 * each other.
 */
export function createPace({ client, tableName: TableName }: PaceDeps): Pace {
  const keyOf = (kind: PaceKind) => toKey({ wabaId: PACE.partition, eventKey: kind });
  return {
    async take(kind, now) {
      const command = new UpdateItemCommand({
        TableName,
        Key: keyOf(kind),
        UpdateExpression: `SET ${SHIFT.join(", ")}`,
        ConditionExpression: "attribute_not_exists(t1) OR t1 <= :aMinuteAgo",
        ExpressionAttributeValues: {
          ":now": number(now),
          ":aMinuteAgo": number(now - WINDOW_MS),
          ":never": number(0),
        },
      });
      return (await unlessConditionFails(client.send(command))) !== undefined;
    },

    async countFree(kind, now) {
      const command = new GetItemCommand({ TableName, Key: keyOf(kind), ConsistentRead: true });
      const { Item = {} } = await client.send(command);
      return TIMES.filter((name) => Number(Item[name]?.N ?? 0) <= now - WINDOW_MS).length;
    },
  };
}
