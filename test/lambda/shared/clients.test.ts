import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { PublishCommand } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import { createDynamoDB, createSecretsManager, createSns } from "../../../lambda/shared/clients.ts";
import { FUNCTION } from "../../../lambda/shared/names.ts";

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
