import { type DynamoDBClient, QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type EventId, type Item, number, text, toExpiry, toKey } from "../event/event-item.ts";
import { type AlertState, type StoredAlert, toStoredAlert } from "../event/stored-alert.ts";
import { FUNCTION, INDEXES, OUTBOX, TABLE } from "../shared/names.ts";
import { unlessConditionFails } from "./conditional.ts";

/** The right to publish until it runs out; its token tells its holder from all others. */
export interface Claim {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** An event whose message is ours to publish, as long as the claim under this token lasts. */
export interface Claimed {
  readonly stored: StoredAlert;
  readonly token: string;
}

/** An event that waits in the outbox, as its index shows it: maybe stale. */
export interface OutboxEntry extends EventId {
  readonly dueAt: number;
  readonly attempts: number;
  readonly receivedAt: string;
  readonly alert: AlertState;
}

/** A publication that SNS acknowledged. */
export interface Publication {
  readonly messageId: string;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
}

/**
 * What is to be told, until it is told: first alerts, repeats, answers. Every change but a claim is
 * made under the claim and changes nothing once the claim has passed to somebody else.
 */
export interface Outbox {
  /**
   * Takes the claim on an event that is due and that nobody holds any more at `now` (milliseconds),
   * or that this very token holds; undefined when refused.
   */
  claim(id: EventId, claim: Claim, now: number): Promise<StoredAlert | undefined>;
  /** The same for an event whose first alert is pending, and for nothing else. */
  claimAlert(id: EventId, claim: Claim, now: number): Promise<StoredAlert | undefined>;
  /** Makes the claim last longer. */
  prolong(claimed: Claimed, expiresAt: number): Promise<void>;
  /**
   * Makes the event due at `now` and does not count the attempt: a publish that is known to have
   * failed sent nothing, so it need not slow down the next.
   */
  release(claimed: Claimed, now: number): Promise<void>;
  /** The first alert is out: until its next due time, or for good where there is none. */
  markPublished(claimed: Claimed, publication: Publication, nextDueAt?: number): Promise<boolean>;
  markRepeated(claimed: Claimed, repeats: number, nextDueAt: number): Promise<void>;
  /** So many of the answers are announced; the event leaves the outbox if these are all. */
  markAnnounced(claimed: Claimed, announced: number, now: number): Promise<void>;
  /** Ends the repeats of an open alert. */
  close(claimed: Claimed, how: "lapsed" | { readonly supersededBy: string }): Promise<void>;
  /** Pages of the outbox, what is due first in front. */
  pages(): AsyncIterable<readonly OutboxEntry[]>;
}

export interface OutboxDeps {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly tableName: string;
  readonly retentionDays?: number | undefined;
}

const MAX_CLAIM_MS = 6 * 3_600_000;

/**
 * How long the claim of this attempt lasts: a minute, doubling to six hours. An alert that is
 * published but can never be marked would be sent again at every retry; doubling the claim limits
 * how often.
 */
export function claimMs(attempt: number): number {
  return Math.min(FUNCTION.claimSeconds * 1000 * 2 ** Math.max(attempt - 1, 0), MAX_CLAIM_MS);
}

const PAGE_SIZE = 100;
const LEAVE = `REMOVE ${INDEXES.outbox.partitionKey}, claimToken, ${INDEXES.outbox.sortKey}`;

/** The end of an update expression, and its values. */
type SetEnd = readonly [expression: string, values: Item];

export function createOutbox({ client, tableName: TableName, retentionDays }: OutboxDeps): Outbox {
  /** Whether the condition held, and the item afterwards. */
  async function update(id: EventId, expression: string, condition: string, values: Item) {
    const command = new UpdateItemCommand({
      TableName,
      Key: toKey(id),
      UpdateExpression: expression,
      ConditionExpression: condition,
      ExpressionAttributeValues: values,
      ReturnValues: "ALL_NEW",
    });
    const output = await unlessConditionFails(client.send(command));
    return output && toStoredAlert(output.Attributes ?? {});
  }

  /** The end of a SET that takes the event out of the outbox, with its TTL where it has one. */
  function toLeave({ stored }: Claimed): SetEnd {
    const value = toExpiry(stored.event, retentionDays)[TABLE.ttl];
    if (!value) return [` ${LEAVE}`, {}];
    return [`, ${TABLE.ttl} = :expiry ${LEAVE}`, { ":expiry": value }];
  }

  function claimWhere(condition: string, condValues: Item) {
    return (id: EventId, claim: Claim, now: number) =>
      update(
        id,
        "SET claimToken = :token, dueAt = :expiresAt ADD alertAttempts :one",
        `${condition} AND (claimToken = :token OR dueAt < :now)`,
        {
          ":token": text(claim.token),
          ":expiresAt": number(claim.expiresAt),
          ":one": number(1),
          ":now": number(now),
          ...condValues,
        },
      );
  }

  return {
    claim: claimWhere("outbox = :pending", { ":pending": text(OUTBOX.value) }),
    claimAlert: claimWhere("alert = :pending", { ":pending": text("pending") }),

    async prolong({ stored, token }, expiresAt) {
      await update(stored.event, "SET dueAt = :expiresAt", "claimToken = :token", {
        ":expiresAt": number(expiresAt),
        ":token": text(token),
      });
    },

    async release({ stored, token }, now) {
      await update(
        stored.event,
        "SET dueAt = :now ADD alertAttempts :minusOne REMOVE claimToken",
        "claimToken = :token",
        { ":now": number(now), ":minusOne": number(-1), ":token": text(token) },
      );
    },

    async markPublished(claimed, { messageId, publishedAt }, nextDueAt) {
      const isOver = nextDueAt === undefined;
      const [end, endValues] = isOver ? toLeave(claimed) : toStay(nextDueAt);
      const marked = await update(
        claimed.stored.event,
        `SET alert = :told, alertPublishedAt = :at, alertMessageId = :messageId${end}`,
        "alert = :pending AND claimToken = :token",
        {
          ":told": text(isOver ? "published" : "open"),
          ":at": text(new Date(publishedAt).toISOString()),
          ":messageId": text(messageId),
          ":pending": text("pending"),
          ":token": text(claimed.token),
          ...endValues,
        },
      );
      return marked !== undefined;
    },

    async markRepeated({ stored, token }, repeats, nextDueAt) {
      const [end, endValues] = toStay(nextDueAt);
      await update(
        stored.event,
        `SET alertRepeats = :repeats${end}`,
        "alert = :open AND claimToken = :token",
        {
          ":repeats": number(repeats),
          ":open": text("open"),
          ":token": text(token),
          ...endValues,
        },
      );
    },

    async markAnnounced(claimed, announced, now) {
      const { stored, token } = claimed;
      const set = "SET announcedAnswers = :announced";
      const condition = "alert = :acknowledged AND claimToken = :token";
      const values = {
        ":announced": number(announced),
        ":acknowledged": text("acknowledged"),
        ":token": text(token),
      };
      if (announced === stored.answers.length) {
        const [leave, expiry] = toLeave(claimed);
        const all = `${condition} AND size(answers) = :announced`;
        if (await update(stored.event, `${set}${leave}`, all, { ...values, ...expiry })) return;
      }
      const [stay, next] = toStay(now);
      await update(stored.event, `${set}${stay}`, condition, { ...values, ...next });
    },

    async close(claimed, how) {
      const [leave, expiry] = toLeave(claimed);
      const by = how === "lapsed" ? "" : ", supersededBy = :by";
      await update(
        claimed.stored.event,
        `SET alert = :closed${by}${leave}`,
        "alert = :open AND claimToken = :token",
        {
          ":closed": text(how === "lapsed" ? "lapsed" : "superseded"),
          ":open": text("open"),
          ":token": text(claimed.token),
          ...(how !== "lapsed" && { ":by": text(how.supersededBy) }),
          ...expiry,
        },
      );
    },

    async *pages() {
      let ExclusiveStartKey: Item | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName,
            IndexName: INDEXES.outbox.name,
            KeyConditionExpression: `${INDEXES.outbox.partitionKey} = :pending`,
            ExpressionAttributeValues: { ":pending": text(OUTBOX.value) },
            Limit: PAGE_SIZE,
            ...(ExclusiveStartKey && { ExclusiveStartKey }),
          }),
        );
        yield (page.Items ?? []).map(toOutboxEntry);
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
    },
  };
}

/** The end of a SET after which the event waits unclaimed until it is due. */
function toStay(dueAt: number): SetEnd {
  const values = { ":next": number(dueAt), ":zero": number(0) };
  return [", dueAt = :next, alertAttempts = :zero REMOVE claimToken", values];
}

function toOutboxEntry(item: Item): OutboxEntry {
  return {
    wabaId: item.wabaId?.S ?? "",
    eventKey: item.eventKey?.S ?? "",
    dueAt: Number(item.dueAt?.N),
    attempts: Number(item.alertAttempts?.N ?? 0),
    receivedAt: item.receivedAt?.S ?? "",
    alert: (item.alert?.S ?? "pending") as AlertState,
  };
}
