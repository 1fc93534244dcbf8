import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { createDynamoDB, createSns } from "../../lambda/shared/clients.ts";
import type { LambdaContext } from "../../lambda/shared/invocation.ts";
import { DEFAULT_ALERT_EVENTS, FUNCTION } from "../../lambda/shared/names.ts";
import { createWebhook, type Webhook, type WebhookDeps } from "../../lambda/webhook/webhook.ts";
import { LOCAL_AWS } from "./engines/local-aws.ts";

export interface LocalFunctionOptions {
  readonly dynamodbEndpoint: string;
  readonly tableName: string;
  readonly snsEndpoint: string;
  readonly topicArn: string;
  /** Where the function is reached, for the links in messages. */
  readonly publicUrl?: string;
  /** As the function's setting; seconds are fractions here. */
  readonly repeatAfterMinutes?: readonly number[] | undefined;
  /** By which commands find this run; see `toDataFlags`. */
  readonly dataFlags?: string;
}

/** The application as Lambda runs it, on engines at these addresses. */
export function createLocalFunction(
  options: LocalFunctionOptions,
  parts: Pick<WebhookDeps, "readSecret" | "writeLine"> & Partial<WebhookDeps>,
): Webhook {
  return createWebhook({
    config: {
      tableName: options.tableName,
      alertTopicArn: options.topicArn,
      alertEvents: DEFAULT_ALERT_EVENTS,
      functionName: "local",
      label: "local run",
      runbookUrl: "",
      numberLabels: {},
      publicUrl: options.publicUrl,
      repeatAfterMinutes: options.repeatAfterMinutes,
      dataFlags: options.dataFlags,
      // The command does it itself, with a token that is kept or typed.
      protect: true,
    },
    dynamodb: createDynamoDB({ ...LOCAL_AWS, endpoint: options.dynamodbEndpoint }),
    sns: createSns({ ...LOCAL_AWS, endpoint: options.snsEndpoint }),
    now: Date.now,
    newToken: randomUUID,
    newIncidentCode: () => randomBytes(16).toString("base64url"),
    pause: (milliseconds) => setTimeout(milliseconds, undefined, { ref: false }),
    ...parts,
  });
}

/** Lambda's context, with the deployed function's time limit. */
export function startInvocation(
  awsRequestId: string = randomUUID(),
  now = () => performance.now(),
): LambdaContext {
  const deadline = now() + FUNCTION.timeoutSeconds * 1000;
  return { awsRequestId, getRemainingTimeInMillis: () => deadline - now() };
}
