import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import {
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from "@aws-sdk/client-secrets-manager";
import { SNSClient, type SNSClientConfig } from "@aws-sdk/client-sns";
import { rememberDoubt } from "./failure.ts";
import { TUNED, tune } from "./sdk-tuning.ts";

/** How many requests of one invocation are under way at once; the SDK is CPU-bound beyond. */
export const CONCURRENCY = 24;

/** Without `throwOnRequestTimeout` the SDK only warns. Milliseconds. */
const requestHandler = {
  connectionTimeout: 1_000,
  requestTimeout: 3_000,
  throwOnRequestTimeout: true,
  httpsAgent: { keepAlive: true, maxSockets: CONCURRENCY },
  httpAgent: { keepAlive: true, maxSockets: CONCURRENCY },
} as const;

export function createDynamoDB(options: DynamoDBClientConfig = {}): DynamoDBClient {
  return tune(new DynamoDBClient({ requestHandler, maxAttempts: 3, ...TUNED, ...options }));
}

/** Two attempts only: each blind retry can be one more SMS, and the relay tries again anyway. */
export function createSns(options: SNSClientConfig = {}): SNSClient {
  const client = new SNSClient({ requestHandler, maxAttempts: 2, ...TUNED, ...options });
  return rememberDoubt(tune(client));
}

/** Two attempts only: a delivery that waits for the secret must still be answered in time. */
export function createSecretsManager(
  options: SecretsManagerClientConfig = {},
): SecretsManagerClient {
  return tune(new SecretsManagerClient({ requestHandler, maxAttempts: 2, ...TUNED, ...options }));
}
