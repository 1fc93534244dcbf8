import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Answer } from "../event/answer.ts";
import { type Item, number, text, toExpiry, toKey } from "../event/event-item.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { unlessConditionFails } from "../outbox/conditional.ts";
import { INDEXES, OUTBOX, TABLE } from "../shared/names.ts";

export interface AnswerTable {
  /**
   * Appends an answer to an event whose state and answers are still those of `known`, and ends its
   * repeats. It stays in the outbox, due at once, until the answer is announced; unless the answer
   * `isAnnounced` by another event. Returns whether the event was still so.
   */
  append(known: StoredAlert, answer: Answer, isAnnounced: boolean): Promise<boolean>;
}

/** Days until an event is deleted; undefined: kept for ever. */
type Retention = number | undefined | "unknown";

export interface AnswerTableDeps {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly tableName: string;
  readonly retentionDays?: Retention;
}

const { partitionKey: OUTBOX_KEY, sortKey: DUE_AT } = INDEXES.outbox;

export function createAnswerTable({
  client,
  tableName: TableName,
  retentionDays,
}: AnswerTableDeps): AnswerTable {
  return {
    async append(known, answer, isAnnounced) {
      const isNothingLeft = isAnnounced && known.announcedAnswers === known.answers.length;
      const step = isNothingLeft ? toEnd(known, retentionDays) : toWaiting(known);
      const command = new UpdateItemCommand({
        TableName,
        Key: toKey(known.event),
        UpdateExpression: `SET alert = :acknowledged, ${toAppending(known)}${step.expression}`,
        ConditionExpression: `alert = :alert AND ${toSameCount(known)}`,
        ExpressionAttributeValues: {
          ":acknowledged": text("acknowledged"),
          ":alert": text(known.alert),
          ":answer": { L: [{ M: toItem(answer) }] },
          ...(known.answers.length > 0 && { ":count": number(known.answers.length) }),
          ...step.values,
        },
      });
      return (await unlessConditionFails(client.send(command))) !== undefined;
    },
  };
}

function toItem(answer: Answer): Item {
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, text(value)]));
}

function toAppending({ answers }: StoredAlert): string {
  return `answers = ${answers.length === 0 ? ":answer" : "list_append(answers, :answer)"}`;
}

function toSameCount({ answers }: StoredAlert): string {
  return answers.length === 0 ? "attribute_not_exists(answers)" : "size(answers) = :count";
}

interface Step {
  readonly expression: string;
  readonly values: Item;
}

/**
 * The announcement is due. The first answer takes the claim from a repeat that is under way: its
 * mark finds no open alert. A later one leaves the claim of an announcement that is under way.
 */
function toWaiting({ alert, dueAt }: StoredAlert): Step {
  const isUnderWay = alert === "acknowledged" && dueAt !== undefined;
  const due = isUnderWay ? `if_not_exists(${DUE_AT}, :atOnce)` : ":atOnce, alertAttempts = :zero";
  return {
    expression: `, ${OUTBOX_KEY} = :queue, ${DUE_AT} = ${due} REMOVE ${TABLE.ttl}${isUnderWay ? "" : ", claimToken"}`,
    values: {
      ":queue": text(OUTBOX.answer),
      ":atOnce": number(0),
      ...(!isUnderWay && { ":zero": number(0) }),
    },
  };
}

/** Another event of the number announces the answer: nothing is left to be told of this one. */
function toEnd(known: StoredAlert, retentionDays: Retention): Step {
  if (retentionDays !== "unknown") return toLeaving(known, retentionDays);
  // Who does not know when the event is to be deleted leaves that to the relay.
  return {
    expression: `, announcedAnswers = :announced, ${OUTBOX_KEY} = :queue, ${DUE_AT} = :atOnce, alertAttempts = :zero REMOVE ${TABLE.ttl}, claimToken`,
    values: {
      ":announced": number(known.answers.length + 1),
      ":queue": text(OUTBOX.answer),
      ":atOnce": number(0),
      ":zero": number(0),
    },
  };
}

function toLeaving({ event, answers }: StoredAlert, retentionDays: number | undefined): Step {
  const expiry = toExpiry(event, retentionDays)[TABLE.ttl];
  return {
    expression: `, announcedAnswers = :announced${expiry ? `, ${TABLE.ttl} = :expiry` : ""} REMOVE ${OUTBOX_KEY}, claimToken, ${DUE_AT}`,
    values: {
      ":announced": number(answers.length + 1),
      ...(expiry && { ":expiry": expiry }),
    },
  };
}
