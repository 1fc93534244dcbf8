import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { TABLE } from "../shared/names.ts";
import { readIndexedFields, type SecurityEvent } from "./security-event.ts";

/** A DynamoDB item as the low-level API takes it; four types need no marshalling library. */
export type Item = Record<string, AttributeValue>;

/** Every attribute of a stored event and its type: the one list that readers and projections use. */
const ATTRIBUTES = {
  wabaId: "S",
  eventKey: "S",
  event: "S",
  displayPhoneNumber: "S",
  requester: "S",
  time: "N",
  sentAt: "S",
  receivedAt: "S",
  value: "S",
  valueOmitted: "S",
  test: "BOOL",
  appSecretIndex: "N",
  plain: "BOOL",
  alert: "S",
  alertAttempts: "N",
  alertRepeats: "N",
  alertPublishedAt: "S",
  alertMessageId: "S",
  answers: "L",
  announcedAnswers: "N",
  supersededBy: "S",
  incidentCode: "S",
  claimToken: "S",
  outbox: "S",
  dueAt: "N",
  expiresAt: "N",
} as const;

export type Attribute = keyof typeof ATTRIBUTES;
type AttributeOf<Type> = {
  [Name in Attribute]: (typeof ATTRIBUTES)[Name] extends Type ? Name : never;
}[Attribute];

export function readText(item: Item, name: AttributeOf<"S">): string | undefined {
  return item[name]?.S;
}

/** Not a number where there is none. */
export function readNumber(item: Item, name: AttributeOf<"N">): number {
  return Number(item[name]?.N);
}

export function readFlag(item: Item, name: AttributeOf<"BOOL">): boolean {
  return item[name]?.BOOL === true;
}

/** What a query must say to read these attributes only. */
export function toProjection(names: readonly Attribute[]) {
  return {
    ProjectionExpression: names.map((name) => `#${name}`).join(", "),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
  };
}

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

function texts<Name extends AttributeOf<"S">>(item: Item, names: readonly Name[]) {
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
