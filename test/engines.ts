import type { AddressInfo } from "node:net";
import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import dynalite from "dynalite";
import { startFauxqs } from "fauxqs";
import { toTableDefinition } from "../infra/local/table.ts";
import { createDynamoDB, createSns } from "../lambda/clients.ts";

const CREDENTIALS = {
  region: "us-east-1",
  credentials: { accessKeyId: "x", secretAccessKey: "x" },
};

export async function createTable(client: DynamoDBClient, tableName: string) {
  await client.send(new CreateTableCommand(toTableDefinition(tableName)));
}

export type Queues = Awaited<ReturnType<typeof startQueues>>;
export async function startDynamoDB() {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((r) => server.listen(0, "127.0.0.1", r));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createDynamoDB({ endpoint, ...CREDENTIALS });
  const tableName = "events";
  await createTable(client, tableName);
  return {
    client,
    endpoint,
    tableName,
    stop: async () => {
      client.destroy();
      server.closeAllConnections?.();
      await new Promise((r) => server.close(r));
    },
  };
}
export async function startQueues() {
  const server = await startFauxqs({ port: 0, logger: false, host: "127.0.0.1" });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const { topicArn } = server.createTopic("alerts");
  const { queueUrl } = server.createQueue("alerts");
  server.subscribe({ topic: "alerts", queue: "alerts" });
  return {
    sns: createSns({ endpoint, ...CREDENTIALS }),
    sqs: new SQSClient({ endpoint, ...CREDENTIALS }),
    topicArn,
    queueUrl,
    server,
    stop: () => server.stop(),
  };
}
