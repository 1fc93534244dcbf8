import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { number, text } from "../../lambda/event/event-item.ts";
import { toKeyText } from "../../lambda/event/event-key.ts";
import { INDEXES, TABLE } from "../../lambda/shared/item-names.ts";
import { KNOWN_EVENTS } from "../../lambda/shared/names.ts";
import { toPhoneNumber } from "../cli/arguments.ts";

/** At most one of them is given. */
export interface Filter {
  readonly waba?: string | undefined;
  readonly phone?: string | undefined;
  readonly event?: string | undefined;
  readonly requester?: string | undefined;
}

/** By the time that Meta sent the notification; Unix seconds, both included. */
export interface Range {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

export interface Selection extends Filter, Range {
  /** How many will be looked at, where that is known. */
  readonly limit?: number | undefined;
}

export type Query = Pick<
  QueryCommandInput,
  "IndexName" | "KeyConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
>;

export function toQueries({ waba, phone, event, requester, ...range }: Selection): Query[] {
  const { byDisplayPhoneNumber, byEvent, byRequester } = INDEXES;
  if (waba !== undefined) return [toTableQuery(waba, range)];
  if (phone !== undefined) {
    const spellings = [...new Set([toPhoneNumber(phone), phone])];
    return spellings.map((spelling) => toIndexQuery(byDisplayPhoneNumber, spelling, range));
  }
  if (requester !== undefined) return [toIndexQuery(byRequester, requester, range)];
  const events = event === undefined ? KNOWN_EVENTS : [event];
  return events.map((name) => toIndexQuery(byEvent, name, range));
}

const FIRST_TIME = "0".repeat(16);
const LAST_TIME = "9".repeat(16);

/** The sort key begins with the time in 16 digits and a "#", after which "$" comes next. */
function toTableQuery(waba: string, { since, until }: Range): Query {
  return {
    KeyConditionExpression: "#id = :id AND #key BETWEEN :since AND :until",
    ExpressionAttributeNames: { "#id": TABLE.partitionKey, "#key": TABLE.sortKey },
    ExpressionAttributeValues: {
      ":id": text(toKeyText(waba)),
      ":since": text(since === undefined ? FIRST_TIME : toSortable(since)),
      ":until": text(`${until === undefined ? LAST_TIME : toSortable(until)}$`),
    },
  };
}

function toSortable(seconds: number): string {
  return String(Math.max(0, seconds)).padStart(16, "0");
}

function toIndexQuery(
  { name, partitionKey, sortKey }: (typeof INDEXES)[keyof typeof INDEXES],
  value: string,
  { since, until }: Range,
): Query {
  const isBounded = since !== undefined || until !== undefined;
  return {
    IndexName: name,
    KeyConditionExpression: `#id = :id${isBounded ? " AND #time BETWEEN :since AND :until" : ""}`,
    ExpressionAttributeNames: { "#id": partitionKey, ...(isBounded && { "#time": sortKey }) },
    ExpressionAttributeValues: {
      ":id": text(toKeyText(value)),
      ...(isBounded && {
        ":since": number(since ?? Number.MIN_SAFE_INTEGER),
        ":until": number(until ?? Number.MAX_SAFE_INTEGER),
      }),
    },
  };
}
