import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type Answer, endsAlert } from "../event/answer.ts";
import { type Item, number, text, toExpiry, toKey } from "../event/event-item.ts";
import type { AlertState, StoredAlert } from "../event/stored-alert.ts";
import { unlessConditionFails } from "../outbox/conditional.ts";
import { findDue } from "../outbox/due.ts";
import { ATTRIBUTE, OUTBOX, TABLE } from "../shared/item-names.ts";

export interface AnswerTable {
  /**
   * Appends an answer, with the state that follows. The event then waits in the outbox, due at once,
   * until the answer is announced; unless the answer `isAnnounced` by another event. Returns false,
   * with nothing changed, if the event's state or answers are no longer those of `known`.
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

const {
  alert: ALERT,
  answers: ANSWERS,
  announcedAnswers: ANNOUNCED,
  outbox: QUEUE,
  dueAt: DUE_AT,
  claimToken: TOKEN,
  alertAttempts: ATTEMPTS,
} = ATTRIBUTE;

export function createAnswerTable({
  client,
  tableName: TableName,
  retentionDays,
}: AnswerTableDeps): AnswerTable {
  return {
    async append(known, answer, isAnnounced) {
      const step = toStep(known, answer, isAnnounced, retentionDays);
      const command = new UpdateItemCommand({
        TableName,
        Key: toKey(known.event),
        UpdateExpression: `SET ${ALERT} = :next, ${toAppending(known)}${step.expression}`,
        ConditionExpression: `${ALERT} = :alert AND ${toSameCount(known)}${step.condition ?? ""}`,
        ExpressionAttributeValues: {
          ":next": text(toNextState(known.alert, answer)),
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

/** A pending alert stays so whatever is answered: its first message must go out. */
function toNextState(state: AlertState, { answer }: Answer): AlertState {
  if (state === "pending") return state;
  if (answer === "reopen") return "open";
  return endsAlert(answer) ? "acknowledged" : state;
}

function toItem(answer: Answer): Item {
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, text(value)]));
}

function toAppending({ answers }: StoredAlert): string {
  return `${ANSWERS} = ${answers.length === 0 ? ":answer" : `list_append(${ANSWERS}, :answer)`}`;
}

function toSameCount({ answers }: StoredAlert): string {
  return answers.length === 0 ? `attribute_not_exists(${ANSWERS})` : `size(${ANSWERS}) = :count`;
}

interface Step {
  readonly expression: string;
  readonly values: Item;
  readonly condition?: string;
}

/** What becomes of the event in the outbox. */
function toStep(
  known: StoredAlert,
  answer: Answer,
  isAnnounced: boolean,
  retentionDays: Retention,
): Step {
  const due = findDue(known);
  if (due === "alert") return { expression: "", values: {} };
  if (due === "answer") return toUnderWay(known);
  if (!isAnnounced) return toWaiting();
  return endsAlert(answer.answer) ? toEnd(known, retentionDays) : toAnnounced(known);
}

/** Earlier answers still wait: this one joins them, and a claim of theirs stays. */
function toUnderWay({ announcedAnswers }: StoredAlert): Step {
  const values = { ":before": number(announcedAnswers) };
  const isSame = `${ANNOUNCED} = :before`;
  const orNone = announcedAnswers === 0 ? ` OR attribute_not_exists(${ANNOUNCED})` : "";
  return { expression: "", values, condition: ` AND (${isSame}${orNone})` };
}

/**
 * The announcement is due at once, whatever any clock says. It takes the claim from a repeat that is
 * under way: the repeat's mark finds that the claim is gone.
 */
function toWaiting(): Step {
  return {
    expression: `, ${QUEUE} = :queue, ${DUE_AT} = :atOnce, ${ATTEMPTS} = :zero REMOVE ${TABLE.ttl}, ${TOKEN}`,
    values: { ":queue": text(OUTBOX.answer), ":atOnce": number(0), ":zero": number(0) },
  };
}

/** Another event of the number announces the answer, and repeats in the place of this one. */
function toAnnounced({ answers }: StoredAlert): Step {
  return {
    expression: `, ${ANNOUNCED} = :announced`,
    values: { ":announced": number(answers.length + 1) },
  };
}

/** The same where the answer ends the alert: nothing is left to be published about this one. */
function toEnd(known: StoredAlert, retentionDays: Retention): Step {
  const { expression, values } = toAnnounced(known);
  if (retentionDays === "unknown") {
    // A caller that does not know the retention leaves the TTL to the relay.
    const waiting = toWaiting();
    return {
      expression: `${expression}${waiting.expression}`,
      values: { ...values, ...waiting.values },
    };
  }
  const expiry = toExpiry(known.event, retentionDays)[TABLE.ttl];
  return {
    expression: `${expression}${expiry ? `, ${TABLE.ttl} = :expiry` : ""} REMOVE ${QUEUE}, ${TOKEN}, ${DUE_AT}`,
    values: { ...values, ...(expiry && { ":expiry": expiry }) },
  };
}
