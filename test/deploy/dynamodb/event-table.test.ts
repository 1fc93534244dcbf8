import { randomUUID } from "node:crypto";
import {
  CreateTableCommand,
  DeleteTableCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll } from "vitest";
import { toTableDefinition } from "../../../infra/local/table.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { describeEventTable } from "../../support/event-table-contract.ts";

const client = createDynamoDB({
  endpoint: process.env.DYNAMODB_ENDPOINT ?? "",
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});
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
