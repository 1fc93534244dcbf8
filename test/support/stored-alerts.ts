import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Answer } from "../../lambda/event/answer.ts";
import { type Item, number, text, toItem, toPlainItem } from "../../lambda/event/event-item.ts";
import type { StoredAlert } from "../../lambda/event/stored-alert.ts";
import { findDue } from "../../lambda/outbox/due.ts";
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

/** The item that a table holds of it, due at the time it names. */
export function toStoredItem(stored: StoredAlert): Item {
  const { event, answers, announcedAnswers, dueAt = 1, publishedAt, incidentCode } = stored;
  const { supersededBy, claimToken } = stored;
  const due = findDue(stored);
  const M = (answer: Answer) =>
    Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, text(value)]));
  return {
    ...(stored.isPlain ? toPlainItem(event) : toItem(event)),
    alert: text(stored.alert),
    alertAttempts: number(stored.attempts),
    alertRepeats: number(stored.repeats),
    ...(due !== "nothing" && { outbox: text(due), dueAt: number(dueAt) }),
    ...(answers.length > 0 && { answers: { L: answers.map((answer) => ({ M: M(answer) })) } }),
    ...(announcedAnswers > 0 && { announcedAnswers: number(announcedAnswers) }),
    ...(publishedAt && { alertPublishedAt: text(publishedAt) }),
    ...(incidentCode && { incidentCode: text(incidentCode) }),
    ...(supersededBy && { supersededBy: text(supersededBy) }),
    ...(claimToken && { claimToken: text(claimToken) }),
  };
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
