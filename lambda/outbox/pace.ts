import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { number, toKey } from "../event/event-item.ts";
import { PACE } from "../shared/names.ts";
import { unlessConditionFails } from "./conditional.ts";

/** Single messages and digests have places of their own. */
export type PaceKind = "single" | "digest";

/** A request may take some of the digests' places only, so that the tick always finds one. */
export type PaceTaker = "request" | "tick";

/** How many messages the topic takes, whatever the number of processes that publish. */
export interface Pace {
  /** Reserves a place for one message at `now` (milliseconds); false where there is none. */
  take(kind: PaceKind, taker: PaceTaker, now: number): Promise<boolean>;
}

export interface PaceDeps {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly tableName: string;
}

const SKEW_MS = PACE.skewSeconds * 1000;

/** `t1` is the oldest of the last five publication times, `t5` the newest. */
const TIMES = Array.from({ length: PACE.places }, (_, index) => `t${index + 1}`);

/** Each time moves up by one place; the oldest falls out. */
const SHIFT = TIMES.map((name, index) => {
  const next = TIMES[index + 1];
  return `${name} = ${next ? `if_not_exists(${next}, :never)` : ":now"}`;
});

/**
 * There is a place unless the last five messages all went out within the window. One conditional
 * update decides, so that it holds for processes that do not know of each other. Their clocks must
 * agree within some seconds.
 */
export function createPace({ client, tableName: TableName }: PaceDeps): Pace {
  const keyOf = (kind: PaceKind) => toKey({ wabaId: PACE.partition, eventKey: kind });
  return {
    async take(kind, taker, now) {
      const time = findDecisive(kind, taker);
      const command = new UpdateItemCommand({
        TableName,
        Key: keyOf(kind),
        UpdateExpression: `SET ${SHIFT.join(", ")}`,
        ConditionExpression: `attribute_not_exists(${time}) OR ${time} <= :start OR ${time} > :ahead`,
        ExpressionAttributeValues: {
          ":now": number(now),
          ":start": number(now - PACE.seconds[kind] * 1000),
          ":ahead": number(now + SKEW_MS),
          ":never": number(0),
        },
      });
      return (await unlessConditionFails(client.send(command))) !== undefined;
    },
  };
}

/** The time that must be outside of the window for a place to be free for this taker. */
function findDecisive(kind: PaceKind, taker: PaceTaker): string {
  const isBounded = kind === "digest" && taker === "request";
  return TIMES[isBounded ? PACE.places - PACE.requestPlaces : 0] as string;
}
