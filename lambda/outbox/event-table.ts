import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import {
  type EventId,
  type Item,
  number,
  text,
  toExpiry,
  toItem,
  toKey,
  toPlainItem,
} from "../event/event-item.ts";
import type { SecurityEvent } from "../event/security-event.ts";
import { HISTORY, type StoredAlert, toStoredAlert } from "../event/stored-alert.ts";
import type { PinState } from "../numbers/known.ts";
import { readPinReading } from "../numbers/pin-readings.ts";
import { parseReadings } from "../numbers/readings.ts";
import { ATTRIBUTE, INDEXES, OUTBOX, TABLE } from "../shared/item-names.ts";
import { WATCHDOG } from "../shared/names.ts";
import type { Claim } from "./claims.ts";
import { isValidationError, restoreForm, unlessConditionFails } from "./conditional.ts";

export interface EventTable {
  /** Stores an event that does not alert. */
  record(event: SecurityEvent): Promise<Recorded>;
  /** Stores an event together with its pending alert, claimed, and the code of its incident. */
  recordPending(event: SecurityEvent, claim: Claim, incidentCode?: string): Promise<Recorded>;
  /** Gives a plain item its usual form; false if DynamoDB refuses that form still. */
  restore(event: SecurityEvent): Promise<boolean>;
  /** The event and its alert as they are now; undefined where there is no such event. */
  find(id: EventId): Promise<StoredAlert | undefined>;
  /** All of a number's events, in any order, as its index shows them: maybe stale. */
  numberHistory(displayPhoneNumber: string): Promise<readonly StoredAlert[]>;
  /** What Meta said of the numbers of an account when the watchdog asked last. */
  readings(wabaId: string): Promise<readonly PinState[]>;
  /** What Meta said of a number (digits) at the end of the last run of `protect`. */
  protectReadings(digits: string): Promise<readonly PinState[]>;
}

/** `stored plain`: DynamoDB refuses the event in the usual form; no index by fields shows it. */
export type Recorded = "stored" | "stored plain" | "duplicate";

export interface EventTableDeps {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly tableName: string;
  readonly retentionDays?: number | undefined;
}

export function createEventTable(deps: EventTableDeps): EventTable {
  const { client, tableName: TableName, retentionDays } = deps;

  async function putOnce(Item: Item): Promise<"stored" | "duplicate"> {
    const command = new PutItemCommand({
      TableName,
      Item,
      ConditionExpression: `attribute_not_exists(${TABLE.partitionKey})`,
    });
    return (await unlessConditionFails(client.send(command))) ? "stored" : "duplicate";
  }

  /**
   * A ValidationException may be about the item, or about the table (a disabled key). An item that
   * is refused in its plain form too is not stored: the error is thrown, and Meta keeps the event. A
   * table that takes the plain form may take the usual one by now.
   */
  async function put(event: SecurityEvent, marks: Item): Promise<Recorded> {
    try {
      return await putOnce({ ...toItem(event), ...marks });
    } catch (error) {
      if (!isValidationError(error)) throw error;
      const stored = await putOnce({ ...toPlainItem(event), ...marks });
      if (stored === "duplicate") return stored;
      return (await restoreForm(deps, event).catch(() => false)) ? "stored" : "stored plain";
    }
  }

  return {
    restore: (event) => restoreForm(deps, event),

    record(event) {
      return put(event, { [ATTRIBUTE.alert]: text("none"), ...toExpiry(event, retentionDays) });
    },

    recordPending(event, claim, incidentCode) {
      return put(event, {
        [ATTRIBUTE.alert]: text("pending"),
        [ATTRIBUTE.outbox]: text(OUTBOX.alert),
        [ATTRIBUTE.dueAt]: number(claim.expiresAt),
        [ATTRIBUTE.claimToken]: text(claim.token),
        [ATTRIBUTE.alertAttempts]: number(1),
        ...(incidentCode && { [ATTRIBUTE.incidentCode]: text(incidentCode) }),
      });
    },

    async find(id) {
      const command = new GetItemCommand({ TableName, Key: toKey(id), ConsistentRead: true });
      const { Item } = await client.send(command);
      return Item && toStoredAlert(Item);
    },

    numberHistory: (displayPhoneNumber) => readHistory(deps, displayPhoneNumber),

    async readings(wabaId) {
      const key = { wabaId: WATCHDOG.partition, eventKey: `${WATCHDOG.accountPrefix}${wabaId}` };
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: toKey(key) }));
      return parseReadings(Item?.memory?.S);
    },

    protectReadings: (digits) => readPinReading(client, TableName, digits),
  };
}

async function readHistory(
  { client, tableName: TableName }: EventTableDeps,
  displayPhoneNumber: string,
): Promise<readonly StoredAlert[]> {
  const { name, partitionKey } = INDEXES.byDisplayPhoneNumber;
  const history: StoredAlert[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const command = new QueryCommand({
      TableName,
      IndexName: name,
      KeyConditionExpression: `${partitionKey} = :number`,
      ExpressionAttributeValues: { ":number": text(displayPhoneNumber) },
      ...HISTORY,
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
    });
    const page = await client.send(command);
    history.push(...(page.Items ?? []).map(toStoredAlert));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return history;
}
