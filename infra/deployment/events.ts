import {
  type DynamoDBClient,
  paginateQuery,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import { type Item, readText } from "../../lambda/event/event-item.ts";
import { HISTORY, type StoredAlert, toStoredAlert } from "../../lambda/event/stored-alert.ts";
import { UserError } from "../cli/errors.ts";
import { type Query, type Selection, toQueries } from "./event-queries.ts";
import { mergeNewestFirst } from "./merge.ts";
import { fromItem, type StoredEvent } from "./stored-event.ts";

export interface EventSource {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
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
      const events = (page.Items ?? []).filter(
        (item) => readText(item, "receivedAt") !== undefined,
      );
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
