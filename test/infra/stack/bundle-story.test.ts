import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, describe, expect, test } from "vitest";
import { bundleFunction } from "../../../infra/stack/bundle/bundle.ts";
import { META_EXAMPLE, SECRET_TEXT, sign, VERIFY_TOKEN } from "../../support/builders.ts";
import { startDynamoDB, startQueues } from "../../support/engines.ts";
import { LAMBDA_ENVIRONMENT, runFunction } from "../../support/fresh-process.ts";
import { postOf } from "../../support/world.ts";

const database = await startDynamoDB();
const queues = await startQueues();
const secretsManager = createServer((_request, response) => {
  response.end(JSON.stringify({ Name: "webhook", SecretString: SECRET_TEXT }));
});
await new Promise<void>((resolve) => secretsManager.listen(0, "127.0.0.1", resolve));
afterAll(async () => {
  secretsManager.closeAllConnections();
  secretsManager.close();
  await Promise.all([database.stop(), queues.stop()]);
});

const environment = {
  ...LAMBDA_ENVIRONMENT,
  // As the engines' own clients have it: dynalite keeps a table for each region and access key.
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "x",
  AWS_SECRET_ACCESS_KEY: "x",
  TABLE_NAME: database.tableName,
  ALERT_TOPIC_ARN: queues.topicArn,
  AWS_ENDPOINT_URL: queues.endpoint,
  AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(secretsManager.address() as AddressInfo).port}`,
};

const handshake = {
  ...postOf("", undefined),
  rawQueryString: `hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${VERIFY_TOKEN}`,
  requestContext: { http: { method: "GET" } },
};

describe("the bundle in a fresh process with Lambda's environment alone", () => {
  test("confirms the subscription, stores a delivery once, alerts once, and relays", async () => {
    const delivery = postOf(META_EXAMPLE, sign(META_EXAMPLE));
    const forged = postOf(META_EXAMPLE, sign(META_EXAMPLE, "another"));
    const tick = { source: "aws.events", "detail-type": "Scheduled Event" };
    const { results, log } = await runFunction({
      module: join(bundleFunction(), "index.mjs"),
      events: [handshake, delivery, delivery, forged, tick],
      environment,
    });
    expect(results.map((result) => result?.statusCode)).toEqual([200, 200, 200, 401, undefined]);
    expect(results[0]?.body).toBe("1158201444");
    for (const line of log.trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("message");

    const { Items } = await database.client.send(
      new ScanCommand({ TableName: database.tableName }),
    );
    expect(Items).toHaveLength(1);
    expect(Items?.[0]).toMatchObject({
      event: { S: "PIN_RESET_REQUEST" },
      alert: { S: "published" },
    });

    const { Messages } = await queues.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queues.queueUrl, MaxNumberOfMessages: 10 }),
    );
    expect(Messages).toHaveLength(1);
    expect(Messages?.[0]?.Body).toContain("102290129340398");
  });
});
