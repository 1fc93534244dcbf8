import {
  type DynamoDBClient,
  paginateQuery,
  type QueryCommandInput,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import { type Item, number, text } from "../../lambda/event/event-item.ts";
import { toKeyText } from "../../lambda/event/event-key.ts";
import { HISTORY, type StoredAlert, toStoredAlert } from "../../lambda/event/stored-alert.ts";
import { INDEXES, KNOWN_EVENTS, TABLE } from "../../lambda/shared/names.ts";
import { toPhoneNumber } from "../cli/arguments.ts";
import { UserError } from "../cli/errors.ts";
import { mergeNewestFirst } from "./merge.ts";
import { fromItem, type StoredEvent } from "./stored-event.ts";

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

export interface EventSource {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
}

export interface Selection extends Filter, Range {
  /** How many will be looked at, where that is known. */
  readonly limit?: number | undefined;
}

/** The stored events, newest first, page by page as they are asked for; never by a scan. */
export function queryEvents(source: EventSource, selection: Selection): AsyncIterable<StoredEvent> {
  const queries = toQueries(selection);
  return mergeNewestFirst(queries.map((query) => run(source, query, fromItem, selection.limit)));
}

/** The same with their alerts and answers, in no order, without Meta's text. */
export async function queryAlerts(
  source: EventSource,
  selection: Selection,
): Promise<StoredAlert[]> {
  const queries = toQueries(selection).map((query) => ({
    ...query,
    ProjectionExpression: HISTORY.ProjectionExpression,
    ExpressionAttributeNames: {
      ...HISTORY.ExpressionAttributeNames,
      ...query.ExpressionAttributeNames,
    },
  }));
  const found = queries.map((query) => Array.fromAsync(run(source, query, toStoredAlert)));
  return (await Promise.all(found)).flat();
}

type Query = Pick<
  QueryCommandInput,
  "IndexName" | "KeyConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
>;

function toQueries({ waba, phone, event, requester, ...range }: Selection): Query[] {
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

const PAGE_SIZE = 1_000;

async function* run<T>(
  { dynamodb: client, tableName: TableName }: EventSource,
  query: Query,
  read: (item: Item) => T,
  limit = PAGE_SIZE,
): AsyncIterable<T> {
  const Limit = Math.min(limit, PAGE_SIZE);
  const input = { ...query, TableName, Limit, ScanIndexForward: false };
  try {
    for await (const page of paginateQuery({ client }, input)) {
      // The table also counts how many messages were published lately, under a key of its own.
      const events = (page.Items ?? []).filter(({ receivedAt }) => receivedAt !== undefined);
      yield* events.map(read);
    }
  } catch (error) {
    throw await toSentence(error, client, TableName);
  }
}

async function toSentence(error: unknown, client: DynamoDBClient, tableName: string) {
  if (error instanceof ResourceNotFoundException) {
    return new UserError(
      `There is no table ${tableName} in ${await client.config.region()} in this AWS account: see the output TableName of the stack, or set AWS_REGION and AWS_PROFILE to where it is.`,
    );
  }
  if (error instanceof Error && error.name === "ValidationException") {
    return new UserError(`Table ${tableName} is not one of this system: ${error.message}`);
  }
  return error;
}
