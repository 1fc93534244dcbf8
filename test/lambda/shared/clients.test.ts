import { once } from "node:events";
import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { PublishCommand } from "@aws-sdk/client-sns";
import { afterAll, describe, expect, test } from "vitest";
import {
  CONCURRENCY,
  createDynamoDB,
  createSecretsManager,
  createSns,
} from "../../../lambda/shared/clients.ts";
import { TUNED } from "../../../lambda/shared/sdk-tuning.ts";
import { serve } from "../../support/serve.ts";

const servers: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(servers.map((stop) => stop())));

const TopicArn = "arn:aws:sns:eu-central-1:1:t";

const CLIENTS = {
  DynamoDB: {
    create: createDynamoDB,
    command: new GetItemCommand({ TableName: "t", Key: { wabaId: { S: "1" } } }),
    attempts: 3,
  },
  SNS: { create: createSns, command: new PublishCommand({ TopicArn, Message: "m" }), attempts: 2 },
  "Secrets Manager": {
    create: createSecretsManager,
    command: new GetSecretValueCommand({ SecretId: "s" }),
    attempts: 2,
  },
};

/** What the SDK's handler has beside what its type says. */
interface Handler {
  httpHandlerConfigs(): object;
  updateHttpClientConfig(name: string, milliseconds: number): void;
}

describe.concurrent.each(Object.entries(CLIENTS))("the client of %s", (_, given) => {
  const { create, command, attempts } = given;

  /** A client of a service that refuses each request; without answers it waits so many ms only. */
  async function start(unanswered?: number) {
    let requests = 0;
    const { url, stop } = await serve(async (request, response) => {
      requests += 1;
      await once(request.resume(), "end");
      if (unanswered === undefined) response.writeHead(400).end("{}");
    });
    servers.push(stop);
    const credentials = { accessKeyId: "x", secretAccessKey: "x" };
    // The three have what is looked at here in common.
    const client = create({ endpoint: url, region: "eu-central-1", credentials }) as DynamoDBClient;
    const handler = client.config.requestHandler as unknown as Handler;
    if (unanswered) handler.updateHttpClientConfig("requestTimeout", unanswered);
    const error = await client.send(command as GetItemCommand).catch((cause) => cause);
    return { client, handler, error, requests };
  }

  test("gives up a service that never answers, after so many attempts", async () => {
    const { error, requests } = await start(100);
    expect(error).toMatchObject({ name: "TimeoutError", $metadata: { attempts } });
    expect(requests, "requests that reached the service").toBe(attempts);
  });

  test("does not repeat what was refused", async () => {
    expect((await start()).requests).toBe(1);
  });

  test("waits a second for a connection and three for an answer, on sockets that are kept", async () => {
    const { handler } = await start();
    const agent = expect.objectContaining({ keepAlive: true, maxSockets: CONCURRENCY });
    expect(handler.httpHandlerConfigs()).toMatchObject({
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      throwOnRequestTimeout: true,
      httpsAgent: agent,
      httpAgent: agent,
    });
  });

  test("is tuned: it makes one signer, and nothing for a logger", async () => {
    const { client } = await start();
    expect(client.config).toMatchObject(TUNED);
    expect(await client.config.signer()).toBe(await client.config.signer());
    const names = client.middlewareStack.identify().join(" ");
    expect(names).toMatch(/retryMiddleware/);
    expect(names).not.toMatch(/loggerMiddleware/);
  });
});
