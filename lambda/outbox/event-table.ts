import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  DynamoDBServiceException,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { SecurityEvent } from "../event/security-event.ts";
import { INDEXES, OUTBOX, TABLE } from "../shared/names.ts";
import type { Claim } from "./claim.ts";
import { type Item, number, text, toItem, toStoredEvent } from "./event-item.ts";

export interface EventId {
  readonly wabaId: string;
  readonly eventKey: string;
}

/** An alert that waits in the outbox, as its index shows it: maybe stale. */
export interface PendingAlert extends EventId {
  readonly claimExpiresAt: number;
  readonly attempts: number;
  readonly receivedAt: string;
}

/** A publication that SNS acknowledged. */
export interface Publication {
  readonly messageId: string;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
}

export interface EventTable {
  /** Stores an event that does not alert. */
  record(event: SecurityEvent): Promise<Recorded>;
  /** Stores an event together with its pending alert, claimed. */
  recordPending(event: SecurityEvent, claim: Claim): Promise<Recorded>;
  /**
   * Takes the claim on a pending alert that nobody holds any more at `now` (milliseconds), or that
   * this very token holds, and returns the event as it was first stored; undefined when refused.
   */
  claim(id: EventId, claim: Claim, now: number): Promise<SecurityEvent | undefined>;
  /**
   * Lets the claim run out at `now` and takes its attempt off the count, unless the claim passed to
   * somebody else: what is known to have failed can't be what made a storm of alerts.
   */
  release(id: EventId, token: string, now: number): Promise<void>;
  /** Ends the alert's time in the outbox, unless its claim passed to somebody else. */
  markPublished(event: SecurityEvent, token: string, publication: Publication): Promise<void>;
  /** Pages of the outbox, the claim that ran out first in front. */
  pendingAlerts(): AsyncIterable<readonly PendingAlert[]>;
}

export type Recorded = "stored" | "duplicate" | "refused";

export interface EventTableDeps {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly tableName: string;
  readonly retentionDays?: number | undefined;
}

const DAY_SECONDS = 86_400;
const PAGE_SIZE = 100;

export function createEventTable(deps: EventTableDeps): EventTable {
  const { client, tableName: TableName, retentionDays } = deps;

  async function put(event: SecurityEvent, marks: Item): Promise<Recorded> {
    const Item = { ...toItem(event), ...marks };
    try {
      await client.send(
        new PutItemCommand({
          TableName,
          Item,
          ConditionExpression: `attribute_not_exists(${TABLE.partitionKey})`,
        }),
      );
      return "stored";
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return "duplicate";
      if (isValidationError(error)) return "refused";
      throw error;
    }
  }

  /** Pending events carry no TTL: an alert never expires unsent. */
  function toExpiry(event: SecurityEvent): Item {
    if (retentionDays === undefined) return {};
    const receivedSeconds = Math.floor(Date.parse(event.receivedAt) / 1000);
    return { [TABLE.ttl]: number(receivedSeconds + retentionDays * DAY_SECONDS) };
  }

  return {
    record(event) {
      return put(event, { alert: text("none"), ...toExpiry(event) });
    },

    recordPending(event, claim) {
      return put(event, {
        alert: text("pending"),
        [INDEXES.outbox.partitionKey]: text(OUTBOX.value),
        claimToken: text(claim.token),
        [INDEXES.outbox.sortKey]: number(claim.expiresAt),
        alertAttempts: number(1),
      });
    },

    async claim(id, claim, now) {
      const command = new UpdateItemCommand({
        TableName,
        Key: toKey(id),
        UpdateExpression:
          "SET claimToken = :token, claimExpiresAt = :expiresAt ADD alertAttempts :one",
        ConditionExpression: "alert = :pending AND (claimToken = :token OR claimExpiresAt < :now)",
        ExpressionAttributeValues: {
          ":token": text(claim.token),
          ":expiresAt": number(claim.expiresAt),
          ":one": number(1),
          ":pending": text("pending"),
          ":now": number(now),
        },
        ReturnValues: "ALL_NEW",
      });
      const output = await unlessRefused(client.send(command));
      return output && toStoredEvent(output.Attributes ?? {});
    },

    async release(id, token, now) {
      const command = new UpdateItemCommand({
        TableName,
        Key: toKey(id),
        UpdateExpression: "SET claimExpiresAt = :now ADD alertAttempts :minusOne",
        ConditionExpression: "alert = :pending AND claimToken = :token",
        ExpressionAttributeValues: {
          ":now": number(now),
          ":minusOne": number(-1),
          ":pending": text("pending"),
          ":token": text(token),
        },
      });
      await unlessRefused(client.send(command));
    },

    async markPublished(event, token, publication) {
      const expiry = toExpiry(event)[TABLE.ttl];
      const command = new UpdateItemCommand({
        TableName,
        Key: toKey(event),
        UpdateExpression: [
          "SET alert = :published, alertPublishedAt = :at, alertMessageId = :messageId",
          ...(expiry ? [`, ${TABLE.ttl} = :expiry`] : []),
          " REMOVE outbox, claimToken, claimExpiresAt",
        ].join(""),
        ConditionExpression: "alert = :pending AND claimToken = :token",
        ExpressionAttributeValues: {
          ":published": text("published"),
          ":at": text(new Date(publication.publishedAt).toISOString()),
          ":messageId": text(publication.messageId),
          ":pending": text("pending"),
          ":token": text(token),
          ...(expiry && { ":expiry": expiry }),
        },
      });
      await unlessRefused(client.send(command));
    },

    async *pendingAlerts() {
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
        yield (page.Items ?? []).map(toPendingAlert);
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
    },
  };
}

function toKey({ wabaId, eventKey }: EventId): Item {
  return { [TABLE.partitionKey]: text(wabaId), [TABLE.sortKey]: text(eventKey) };
}

function toPendingAlert(item: Item): PendingAlert {
  return {
    wabaId: item.wabaId?.S ?? "",
    eventKey: item.eventKey?.S ?? "",
    claimExpiresAt: Number(item.claimExpiresAt?.N),
    attempts: Number(item.alertAttempts?.N),
    receivedAt: item.receivedAt?.S ?? "",
  };
}

/** The answer of a conditional write, or undefined when its condition refused it. */
async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** What DynamoDB will never take, however often it is sent. */
function isValidationError(error: unknown): boolean {
  return error instanceof DynamoDBServiceException && error.name === "ValidationException";
}
