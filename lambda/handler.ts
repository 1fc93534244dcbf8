import { randomUUID } from "node:crypto";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { createDynamoDB, createSecretsManager, createSns } from "./clients.ts";
import { parseConfig, requireVariable } from "./config.ts";
import { createEventTable } from "./event-table.ts";
import { ENV } from "./names.ts";
import { createWebhook } from "./webhook.ts";

const config = parseConfig(process.env);
const dynamodb = createDynamoDB();
const secretsManager = createSecretsManager();
const SecretId = requireVariable(process.env, ENV.secretId);

async function readSecret(): Promise<string> {
  const secret = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
  return secret.SecretString ?? "";
}

/** Lambda's entry. Loading it starts the first read of the secret. */
export const handler = createWebhook({
  config,
  dynamodb,
  sns: createSns(),
  readSecret,
  now: Date.now,
  newToken: randomUUID,
  // Not console.log: Lambda puts a prefix before its lines, which CloudWatch's metrics can't read.
  writeLine: (line) => process.stdout.write(`${line}\n`),
});

/** More would come near the 10 seconds after which Lambda starts all over. */
const WARM_UP_MS = 2_000;

/**
 * Settles when DynamoDB's connection stands and its client's code has run once, or after
 * WARM_UP_MS; never rejects. Lambda initialises with its full CPU and answers with a share of it,
 * so the deployed module awaits this before it hands out the handler.
 */
export const ready: Promise<unknown> = Promise.race([lookAtOutbox(), pause()]);

/** The one read that the function may make for nothing. */
async function lookAtOutbox(): Promise<unknown> {
  const pages = createEventTable({ client: dynamodb, ...config }).pendingAlerts();
  return pages[Symbol.asyncIterator]()
    .next()
    .catch(() => {});
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, WARM_UP_MS).unref());
}
