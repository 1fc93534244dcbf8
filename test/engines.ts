import type { AddressInfo } from "node:net";
import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
// @ts-expect-error no types
import dynalite from "dynalite";
import { startFauxqs } from "fauxqs";
import { createDynamoDB, createSns } from "../lambda/clients.ts";
import { INDEXES, OUTBOX, TABLE } from "../lambda/names.ts";

const CREDENTIALS = {
  region: "us-east-1",
  credentials: { accessKeyId: "x", secretAccessKey: "x" },
};

export async function createTable(client: DynamoDBClient, TableName: string) {
  const projection = (name: string) =>
    name === INDEXES.outbox.name
      ? { ProjectionType: "INCLUDE" as const, NonKeyAttributes: [...OUTBOX.nonKeyAttributes] }
      : { ProjectionType: "ALL" as const };
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: TABLE.partitionKey, KeyType: "HASH" },
        { AttributeName: TABLE.sortKey, KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: TABLE.partitionKey, AttributeType: "S" },
        { AttributeName: TABLE.sortKey, AttributeType: "S" },
        ...Object.values(INDEXES).map((i) => ({
          AttributeName: i.partitionKey,
          AttributeType: "S" as const,
        })),
        { AttributeName: "time", AttributeType: "N" },
        { AttributeName: "claimExpiresAt", AttributeType: "N" },
      ],
      GlobalSecondaryIndexes: Object.values(INDEXES).map((i) => ({
        IndexName: i.name,
        Projection: projection(i.name),
        KeySchema: [
          { AttributeName: i.partitionKey, KeyType: "HASH" as const },
          { AttributeName: i.sortKey, KeyType: "RANGE" as const },
        ],
      })),
    }),
  );
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
