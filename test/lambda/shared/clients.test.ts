import { type AddressInfo, createServer, type Socket } from "node:net";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { PublishCommand } from "@aws-sdk/client-sns";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  CONCURRENCY,
  createDynamoDB,
  createSecretsManager,
  createSns,
} from "../../../lambda/shared/clients.ts";
import { FUNCTION } from "../../../lambda/shared/names.ts";
import { serve } from "../../support/serve.ts";

/** A service that takes every connection and request, and never answers. */
async function startSilent() {
  const sockets = new Set<Socket>();
  const counter = { requests: 0 };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", () => {
      counter.requests += 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: "x", secretAccessKey: "x" };
  return {
    counter,
    options: { endpoint: `http://127.0.0.1:${port}`, region: "eu-central-1", credentials },
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

type Options = Awaited<ReturnType<typeof startSilent>>["options"];

const CALLS = {
  DynamoDB: {
    attempts: 3,
    call: (options: Options) =>
      createDynamoDB(options).send(
        new GetItemCommand({ TableName: "t", Key: { wabaId: { S: "1" } } }),
      ),
  },
  SNS: {
    attempts: 2,
    call: (options: Options) =>
      createSns(options).send(
        new PublishCommand({ TopicArn: "arn:aws:sns:eu-central-1:1:t", Message: "m" }),
      ),
  },
  "Secrets Manager": {
    attempts: 2,
    call: (options: Options) =>
      createSecretsManager(options).send(new GetSecretValueCommand({ SecretId: "s" })),
  },
};

describe("a service that never answers", () => {
  test.concurrent.each(Object.entries(CALLS))(
    "%s is given up after its attempts, within the time of an invocation",
    async (_, service) => {
      const silent = await startSilent();
      const startedAt = performance.now();
      const error = await service.call(silent.options).catch((cause) => cause);
      const seconds = (performance.now() - startedAt) / 1000;
      silent.stop();
      const { attempts } = service;
      expect(error).toMatchObject({ name: "TimeoutError", $metadata: { attempts } });
      expect(silent.counter.requests, "requests that reached the service").toBe(attempts);
      expect(seconds, "seconds until it was given up").toBeLessThan(FUNCTION.timeoutSeconds);
    },
  );
});

/** What the tests look at of a client, whichever it is. */
interface AnyClient {
  send(command: unknown): Promise<unknown>;
  readonly config: {
    readonly requestHandler: { httpHandlerConfigs(): object };
    signer(): Promise<unknown>;
  };
  readonly middlewareStack: { identify(): string[] };
}

const CLIENTS: Readonly<Record<string, (options: Options) => AnyClient>> = {
  DynamoDB: (options) => createDynamoDB(options) as unknown as AnyClient,
  SNS: (options) => createSns(options) as unknown as AnyClient,
  "Secrets Manager": (options) => createSecretsManager(options) as unknown as AnyClient,
};

/** A service that refuses every request at once. */
async function startRefusing(): Promise<Options & { requests(): number }> {
  let requests = 0;
  const { url: endpoint, stop } = await serve((_request, response) => {
    requests += 1;
    response.writeHead(400).end("{}");
  });
  onTestFinished(stop);
  const credentials = { accessKeyId: "x", secretAccessKey: "x" };
  return { endpoint, region: "eu-central-1", credentials, requests: () => requests };
}

describe.each(Object.entries(CLIENTS))("the client of %s", (_, create) => {
  test("waits a second for a connection and three for an answer, on sockets that are kept", async () => {
    const client = create(await startRefusing());
    await client.send(new GetSecretValueCommand({ SecretId: "s" })).catch(() => {});
    const agent = expect.objectContaining({ keepAlive: true, maxSockets: CONCURRENCY });
    expect(client.config.requestHandler.httpHandlerConfigs()).toMatchObject({
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      throwOnRequestTimeout: true,
      httpsAgent: agent,
      httpAgent: agent,
    });
  });

  test("is tuned", async () => {
    const client = create(await startRefusing());
    expect(await client.config.signer(), "one signer").toBe(await client.config.signer());
    expect(client.middlewareStack.identify().join(" ")).not.toMatch(/loggerMiddleware/);
  });

  test("does not repeat what was refused", async () => {
    const service = await startRefusing();
    const client = create(service);
    await client.send(new GetSecretValueCommand({ SecretId: "s" })).catch(() => {});
    expect(service.requests()).toBe(1);
  });
});

test("24 requests at once are as many as the SDK does well", () => {
  expect(CONCURRENCY).toBe(24);
});
