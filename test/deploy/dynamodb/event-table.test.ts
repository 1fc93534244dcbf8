import { randomUUID } from "node:crypto";
import {
  CreateTableCommand,
  DeleteTableCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll } from "vitest";
import { LOCAL_AWS } from "../../../infra/local/engines/local-aws.ts";
import { toTableDefinition } from "../../../infra/local/engines/table.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { describeEventTable } from "../../support/event-table-contract.ts";

const endpoint = process.env.DYNAMODB_ENDPOINT;
if (!endpoint) {
  const example = "DYNAMODB_ENDPOINT=http://127.0.0.1:8000 npm run test:dynamodb";
  throw new Error(`Set DYNAMODB_ENDPOINT to a DynamoDB engine that runs: ${example}`);
}
const client = createDynamoDB({ ...LOCAL_AWS, endpoint });
const tableName = `events-${randomUUID()}`;

beforeAll(async () => {
  await client.send(new CreateTableCommand(toTableDefinition(tableName)));
  await waitUntilTableExists({ client, maxWaitTime: 30 }, { TableName: tableName });
});
afterAll(async () => {
  await client.send(new DeleteTableCommand({ TableName: tableName }));
  client.destroy();
});

describeEventTable(() => ({ client, tableName }));
