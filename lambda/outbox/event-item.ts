import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { SecurityEvent } from "../event/security-event.ts";

/** A DynamoDB item in the wire's own form; five shapes need no marshalling library. */
export type Item = Record<string, AttributeValue>;

export function text(value: string): AttributeValue {
  return { S: value };
}

export function number(value: number): AttributeValue {
  return { N: String(value) };
}

/** The event's own attributes; the alert's are the event table's. Absent fields are left out. */
export function toItem(event: SecurityEvent): Item {
  const item: Item = {};
  for (const [name, value] of Object.entries(event)) {
    if (typeof value === "string") item[name] = text(value);
    if (typeof value === "number") item[name] = number(value);
    if (value === true) item[name] = { BOOL: true };
  }
  return item;
}

/** The event as it was stored. */
export function toStoredEvent(item: Item): SecurityEvent {
  return {
    wabaId: item.wabaId?.S ?? "",
    eventKey: item.eventKey?.S ?? "",
    ...texts(item, ["event", "displayPhoneNumber", "requester", "sentAt", "value"]),
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
