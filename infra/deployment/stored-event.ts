import type { Item } from "../../lambda/event/event-item.ts";
import { toStoredAlert } from "../../lambda/event/stored-alert.ts";
import { ATTRIBUTE, type Attribute } from "../../lambda/shared/item-names.ts";

/**
 * What history shows of an event, in this order; what belongs to the outbox's claims,
 * and the incident's code, which lets anybody answer, are left out.
 */
export const FIELDS = [
  "sentAt",
  "event",
  "displayPhoneNumber",
  "requester",
  "wabaId",
  "alert",
  "alertPublishedAt",
  "alertAttempts",
  "alertMessageId",
  "alertRepeats",
  "supersededBy",
  "answers",
  "receivedAt",
  "time",
  "eventKey",
  "test",
  "appSecretIndex",
  "expiresAt",
  "valueOmitted",
  "value",
] as const satisfies readonly Attribute[];

type Field = (typeof FIELDS)[number];

/** A stored event; `time` in Unix seconds, `value` and `answers` JSON text. */
export type StoredEvent = Readonly<Partial<Record<Field, string | number | boolean>>> & {
  readonly wabaId: string;
  readonly eventKey: string;
  readonly time: number;
};

export function fromItem(item: Item): StoredEvent {
  const found = FIELDS.filter((name) => item[ATTRIBUTE[name]] !== undefined);
  const fields = found.map((name) => [name, toValue(item[ATTRIBUTE[name]])]);
  const answers = item[ATTRIBUTE.answers] && {
    answers: JSON.stringify(toStoredAlert(item).answers),
  };
  return { ...Object.fromEntries(fields), ...answers };
}

function toValue(attribute: Item[string] | undefined): string | number | boolean {
  return attribute?.N === undefined ? (attribute?.S ?? attribute?.BOOL ?? "") : Number(attribute.N);
}

/** Such as 2025-06-01 20:57:53, in UTC. */
export function toTime({ sentAt, time }: Pick<StoredEvent, "sentAt" | "time">): string {
  if (typeof sentAt !== "string") return String(time);
  return sentAt.slice(0, 19).replace("T", " ");
}
