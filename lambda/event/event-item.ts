import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import {
  ATTRIBUTE,
  type Attribute,
  type FlagAttribute,
  type NumberAttribute,
  TABLE,
  type TextAttribute,
} from "../shared/item-names.ts";
import { readIndexedFields, type SecurityEvent } from "./security-event.ts";

/** A DynamoDB item as the low-level API takes it; four types need no marshalling library. */
export type Item = Record<string, AttributeValue>;

export function readText(item: Item, name: TextAttribute): string | undefined {
  return item[ATTRIBUTE[name]]?.S;
}

/** Not a number where there is none. */
export function readNumber(item: Item, name: NumberAttribute): number {
  return Number(item[ATTRIBUTE[name]]?.N);
}

export function readFlag(item: Item, name: FlagAttribute): boolean {
  return item[ATTRIBUTE[name]]?.BOOL === true;
}

/** What a query must say to read these attributes only. */
export function toProjection(names: readonly Attribute[]) {
  return {
    ProjectionExpression: names.map((name) => `#${name}`).join(", "),
    ExpressionAttributeNames: Object.fromEntries(
      names.map((name) => [`#${name}`, ATTRIBUTE[name]]),
    ),
  };
}

export interface EventId {
  readonly wabaId: string;
  readonly eventKey: string;
}

/** The same event of two accounts can have the same key. */
export function isSame(a: EventId, b: EventId): boolean {
  return a.wabaId === b.wabaId && a.eventKey === b.eventKey;
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
  for (const [field, value] of Object.entries(event)) {
    const name = ATTRIBUTE[field as keyof SecurityEvent];
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
  return { ...toItem({ ...rest, time }), [ATTRIBUTE.plain]: { BOOL: true } };
}

/** The event as it was stored. */
export function toStoredEvent(item: Item): SecurityEvent {
  const value = readText(item, "value");
  const isPlain = readFlag(item, "plain") && value !== undefined;
  return {
    wabaId: readText(item, "wabaId") ?? "",
    eventKey: readText(item, "eventKey") ?? "",
    ...texts(item, ["event", "displayPhoneNumber", "requester", "sentAt", "value"]),
    ...(isPlain && readIndexedFields(value)),
    time: readNumber(item, "time"),
    receivedAt: readText(item, "receivedAt") ?? "",
    test: readFlag(item, "test"),
    appSecretIndex: readNumber(item, "appSecretIndex"),
  };
}

function texts<Name extends TextAttribute>(item: Item, names: readonly Name[]) {
  const found = names.filter((name) => readText(item, name) !== undefined);
  return Object.fromEntries(found.map((name) => [name, readText(item, name)])) as {
    [name in Name]?: string;
  };
}

const DAY_SECONDS = 86_400;

/**
 * The TTL attribute of an event that is over, where a retention is set. Items that still wait in the
 * outbox get none: an alert never expires unsent.
 */
export function toExpiry(event: SecurityEvent, retentionDays: number | undefined): Item {
  if (retentionDays === undefined) return {};
  const receivedSeconds = Math.floor(Date.parse(event.receivedAt) / 1000);
  return { [TABLE.ttl]: number(receivedSeconds + retentionDays * DAY_SECONDS) };
}
