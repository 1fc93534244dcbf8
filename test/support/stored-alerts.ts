import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Answer } from "../../lambda/event/answer.ts";
import { type Item, number, text, toItem, toPlainItem } from "../../lambda/event/event-item.ts";
import type { StoredAlert } from "../../lambda/event/stored-alert.ts";
import { findDue } from "../../lambda/outbox/due.ts";
import { ATTRIBUTE, type Attribute } from "../../lambda/shared/item-names.ts";
import { ANSWER, securityEvent } from "./notices.ts";

/** An open alert about the reset request of 03:12, published at once, but for this difference. */
export function storedAlert(difference: Partial<StoredAlert> = {}): StoredAlert {
  const event = securityEvent();
  return {
    event,
    alert: "open",
    attempts: 0,
    repeats: 0,
    publishedAt: event.receivedAt,
    answers: [],
    announcedAnswers: 0,
    ...difference,
  };
}

/** So many answers, each of somebody else. */
export function answersOf(count: number): Answer[] {
  return Array.from({ length: count }, (_, index) => ({ ...ANSWER, name: `Person ${index + 1}` }));
}

/** An item with its attributes as the code calls them, whatever they are called in the table. */
export function byCodeNames(item: Item): Item {
  const entries = Object.entries(ATTRIBUTE).map(([name, stored]) => [name, item[stored]] as const);
  const others = Object.entries(item).filter(([stored]) => !ATTRIBUTE_NAMES.has(stored));
  return Object.fromEntries([...entries.filter(([, value]) => value), ...others]) as Item;
}

const ATTRIBUTE_NAMES = new Set<string>(Object.values(ATTRIBUTE));

/** The item that a table holds of it, due at the time it names. */
function toStoredItem(stored: StoredAlert): Item {
  const { event, answers, announcedAnswers, dueAt = 1, publishedAt, incidentCode } = stored;
  const { supersededBy, claimToken } = stored;
  const due = findDue(stored);
  const toMap = (answer: Answer) =>
    Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, text(value)]));
  const marks: { [name in Attribute]?: Item[string] | "" | false | undefined } = {
    alert: text(stored.alert),
    alertAttempts: number(stored.attempts),
    alertRepeats: number(stored.repeats),
    outbox: due !== "nothing" && text(due),
    dueAt: due !== "nothing" && number(dueAt),
    answers: answers.length > 0 && { L: answers.map((answer) => ({ M: toMap(answer) })) },
    announcedAnswers: announcedAnswers > 0 && number(announcedAnswers),
    alertPublishedAt: publishedAt && text(publishedAt),
    incidentCode: incidentCode && text(incidentCode),
    supersededBy: supersededBy && text(supersededBy),
    claimToken: claimToken && text(claimToken),
  };
  const named = Object.entries(marks).flatMap(([name, value]) =>
    value ? [[ATTRIBUTE[name as Attribute], value] as const] : [],
  );
  return { ...(stored.isPlain ? toPlainItem(event) : toItem(event)), ...Object.fromEntries(named) };
}

export async function hold(
  {
    dynamodb,
    tableName = "events",
  }: { dynamodb: Pick<DynamoDBClient, "send">; tableName?: string },
  ...alerts: readonly StoredAlert[]
): Promise<void> {
  for (const stored of alerts) {
    await dynamodb.send(new PutItemCommand({ TableName: tableName, Item: toStoredItem(stored) }));
  }
}
