import { randomUUID } from "node:crypto";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { createDynamoDB, createSecretsManager, createSns } from "./clients.ts";
import { parseConfig, requireVariable } from "./config.ts";
import { ENV } from "./names.ts";
import { createWebhook } from "./webhook.ts";

const secretsManager = createSecretsManager();
const SecretId = requireVariable(process.env, ENV.secretId);

async function readSecret(): Promise<string> {
  const secret = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
  return secret.SecretString ?? "";
}

/** Lambda's entry. Loading it starts the first read of the secret. */
export const handler = createWebhook({
  config: parseConfig(process.env),
  dynamodb: createDynamoDB(),
  sns: createSns(),
  readSecret,
  now: Date.now,
  newToken: randomUUID,
  // Not console.log: Lambda puts a prefix before its lines, which CloudWatch's metrics can't read.
  writeLine: (line) => process.stdout.write(`${line}\n`),
});
