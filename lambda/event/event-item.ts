import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { TABLE } from "../shared/names.ts";
import { readIndexedFields, type SecurityEvent } from "./security-event.ts";

/** A DynamoDB item in the wire's own form; six shapes need no marshalling library. */
export type Item = Record<string, AttributeValue>;

export interface EventId {
  readonly wabaId: string;
  readonly eventKey: string;
}

export function text(value: string): AttributeValue {
  return { S: value };
}

export function number(value: number): AttributeValue {
  return { N: String(value) };
}

export function toKey({ wabaId, eventKey }: EventId): Item {
  return { [TABLE.partitionKey]: text(wabaId), [TABLE.sortKey]: text(eventKey) };
}

/** The event's own attributes; the alert's are added to them. Absent fields are left out. */
export function toItem(event: SecurityEvent): Item {
  const item: Item = {};
  for (const [name, value] of Object.entries(event)) {
    if (typeof value === "string") item[name] = text(value);
    if (typeof value === "number") item[name] = number(value);
    if (value === true) item[name] = { BOOL: true };
  }
  return item;
}

/**
 * The same without what the indexes want, for an event that DynamoDB refuses in the usual form: its
 * fields are read back from the value's text.
 */
export function toPlainItem(event: SecurityEvent): Item {
  const { event: _, displayPhoneNumber, requester, sentAt, ...rest } = event;
  const receivedSeconds = Math.floor(Date.parse(event.receivedAt) / 1000);
  const time = Number.isSafeInteger(event.time) ? event.time : receivedSeconds;
  return { ...toItem({ ...rest, time }), plain: { BOOL: true } };
}

/** The event as it was stored. */
export function toStoredEvent(item: Item): SecurityEvent {
  const { value } = texts(item, ["value"]);
  const isPlain = item.plain?.BOOL === true && value !== undefined;
  return {
    wabaId: item.wabaId?.S ?? "",
    eventKey: item.eventKey?.S ?? "",
    ...texts(item, ["event", "displayPhoneNumber", "requester", "sentAt", "value"]),
    ...(isPlain && readIndexedFields(value)),
    time: Number(item.time?.N),
    receivedAt: item.receivedAt?.S ?? "",
    test: item.test?.BOOL === true,
    appSecretIndex: Number(item.appSecretIndex?.N),
  };
}

function texts<Name extends string>(item: Item, names: readonly Name[]) {
  const found = names.filter((name) => item[name]?.S !== undefined);
  return Object.fromEntries(found.map((name) => [name, item[name]?.S])) as {
    [name in Name]?: string;
  };
}

const DAY_SECONDS = 86_400;

/**
 * The TTL attribute of an event that is over, where a retention is set. What the outbox still has
 * to do something about carries none: an alert never expires unsent.
 */
export function toExpiry(event: SecurityEvent, retentionDays: number | undefined): Item {
  if (retentionDays === undefined) return {};
  const receivedSeconds = Math.floor(Date.parse(event.receivedAt) / 1000);
  return { [TABLE.ttl]: number(receivedSeconds + retentionDays * DAY_SECONDS) };
}
