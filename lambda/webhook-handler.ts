import { randomBytes, randomUUID } from "node:crypto";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { createOutbox } from "./outbox/outbox.ts";
import { createDynamoDB, createSecretsManager, createSns } from "./shared/clients.ts";
import { parseConfig, requireVariable } from "./shared/config.ts";
import { OUTBOX } from "./shared/item-names.ts";
import { ENV } from "./shared/names.ts";
import { startFunction } from "./shared/start-function.ts";
import { createWebhook } from "./webhook/webhook.ts";

const config = parseConfig(process.env);
const dynamodb = createDynamoDB();
const secretsManager = createSecretsManager();
const SecretId = requireVariable(process.env, ENV.secretId);

let lastRead: Promise<string> | undefined;

function readSecret(): Promise<string> {
  lastRead = secretsManager
    .send(new GetSecretValueCommand({ SecretId }))
    // Stryker disable next-line StringLiteral: any text that is no JSON is answered the same.
    .then(({ SecretString = "" }) => SecretString);
  return lastRead;
}

/** Lambda's entry. Loading it starts the first read of the secret. */
export const handler = createWebhook({
  config,
  dynamodb,
  sns: createSns(),
  readSecret,
  now: Date.now,
  newToken: randomUUID,
  newIncidentCode: () => randomBytes(16).toString("base64url"),
  startLinkRun: startFunction,
  pause,
  // Not console.log: Lambda puts a prefix before its lines, which CloudWatch's metrics can't read.
  writeLine: (line) => process.stdout.write(`${line}\n`),
});

/** More would come near the 10 seconds after which Lambda starts all over. */
const WARM_UP_MS = 2_000;

/**
 * Opens DynamoDB's connection and runs its client's code once, by one look at the outbox, while the
 * secret is read. Never rejects, and gives up waiting after WARM_UP_MS. Lambda initialises with its
 * full CPU and answers with a share of it, so the deployed module awaits this before it hands out
 * the handler.
 */
export async function warmUp(): Promise<void> {
  const pages = createOutbox({ client: dynamodb, ...config }).queue(OUTBOX.alert);
  const firstPage = pages[Symbol.asyncIterator]().next();
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, WARM_UP_MS).unref();
  await Promise.race([Promise.allSettled([firstPage, lastRead]), promise]);
}

/** Nothing else may be under way meanwhile: Lambda fails an invocation once no timer holds it. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
