import { requireVariable } from "../shared/config.ts";
import { ENV, WEBHOOK_PATH } from "../shared/names.ts";

/** What the watchdog's function is given beside what the webhook's is given too. */
export interface WatchdogConfig {
  readonly webhookUrl: string;
  readonly operationsTopicArn: string;
  readonly secretId: string;
  readonly tokenSecretId: string;
  readonly stackId: string;
  readonly stackName: string;
  /** Name of the webhook's function. */
  readonly webhookFunction: string;
  readonly heartbeatUrl: string | undefined;
  /** In place of Meta's own address. */
  readonly graphUrl: string | undefined;
}

/** Throws a sentence that names the variable and the rule. */
export function parseWatchdogConfig(
  env: Readonly<Record<string, string | undefined>>,
): WatchdogConfig {
  const stackId = requireVariable(env, ENV.stackId);
  return {
    webhookUrl: `${requireVariable(env, ENV.publicUrl).replace(/\/+$/, "")}${WEBHOOK_PATH}`,
    operationsTopicArn: requireVariable(env, ENV.operationsTopicArn),
    secretId: requireVariable(env, ENV.secretId),
    tokenSecretId: requireVariable(env, ENV.tokenSecretId),
    stackId,
    stackName: toStackName(stackId),
    webhookFunction: requireVariable(env, ENV.webhookFunction),
    heartbeatUrl: env[ENV.heartbeatUrl] || undefined,
    graphUrl: env[ENV.graphUrl] || undefined,
  };
}

/** `arn:aws:cloudformation:…:stack/NAME/ID`. */
function toStackName(stackId: string): string {
  const name = stackId.split("/")[1];
  if (!name) throw new Error(`Environment variable ${ENV.stackId} must be the ARN of a stack`);
  return name;
}
