import { Duration, SecretValue, Stack } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import {
  AnyPrincipal,
  Effect,
  ManagedPolicy,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from "aws-cdk-lib/aws-iam";
import { CfnAlias, Code, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { ENV, PROTECT } from "../../lambda/shared/names.ts";
import { toCommonEnvironment } from "./function.ts";
import { createLambdaFunction } from "./lambda-function.ts";
import { createLogGroup, toUniqueName } from "./logs.ts";
import { toWatchdogStatements, type WatchdogResources } from "./watchdog-grants.ts";

export interface Watchdog {
  readonly fn: LambdaFunction;
  readonly rule: Rule;
  readonly tokenSecret: Secret;
  /** By which operators ask for a new PIN, with the setting `protect` only. */
  readonly protectAlias: CfnAlias | undefined;
}

/** The second function, once a day: whether a reset request would still reach a person. */
export function createWatchdog(
  scope: Construct,
  bundle: string,
  resources: Omit<WatchdogResources, "tokenSecret">,
): Watchdog {
  const role = new Role(scope, "WatchdogRole", {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
  });
  const tokenSecret = createTokenSecret(scope, resources, role);
  const fn = createFunction(scope, bundle, { ...resources, tokenSecret }, role);
  const rule = new Rule(scope, "WatchdogRule", {
    description: "Checks once a day whether a reset request would reach a person",
    schedule: Schedule.cron({ hour: "6", minute: "17" }),
    targets: [new LambdaTarget(fn, { retryAttempts: 2, maxEventAge: Duration.hours(1) })],
  });
  const protectAlias = resources.settings.protect ? createProtectAlias(scope, fn) : undefined;
  return { fn, rule, tokenSecret, protectAlias };
}

/** A name of its own, so that IAM can distinguish those who may set PINs from those who see the dashboard. */
function createProtectAlias(scope: Construct, fn: LambdaFunction): CfnAlias {
  return new CfnAlias(scope, "ProtectAlias", {
    functionName: fn.functionName,
    functionVersion: "$LATEST",
    name: PROTECT.alias,
    description: "Sets a new two-step verification PIN of a number",
  });
}

/**
 * For a system-user token of Meta's, which `connect --keep-token` puts there; `{}` is none. Nobody
 * but the watchdog reads it, not even an administrator, who can see what it may do at Meta.
 */
function createTokenSecret(
  scope: Construct,
  { key }: Omit<WatchdogResources, "tokenSecret">,
  role: Role,
): Secret {
  const secret = new Secret(scope, "TokenSecret", {
    secretName: `${toUniqueName(Stack.of(scope))}-token`,
    description: "WhatsApp security webhook: system-user token of the watchdog, if it keeps one",
    encryptionKey: key,
    secretStringValue: SecretValue.unsafePlainText("{}"),
  });
  secret.addToResourcePolicy(
    new PolicyStatement({
      sid: "WatchdogOnly",
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ["secretsmanager:GetSecretValue"],
      resources: ["*"],
      conditions: { ArnNotEquals: { "aws:PrincipalArn": role.roleArn } },
    }),
  );
  return secret;
}

function createFunction(
  scope: Construct,
  bundle: string,
  resources: WatchdogResources,
  role: Role,
): LambdaFunction {
  const logs = createLogGroup(scope, "WatchdogLogs", resources.key);
  role.addManagedPolicy(
    new ManagedPolicy(scope, "WatchdogPolicy", {
      description: "What the WhatsApp security webhook's watchdog may do, and nothing else",
      statements: toWatchdogStatements(scope, resources, logs),
    }),
  );
  const fn = createLambdaFunction(scope, "Watchdog", {
    description: "Checks once a day whether a reset request would reach a person, and reports",
    code: Code.fromAsset(bundle),
    // A partner has thousands of accounts at Meta, which are asked eight at a time.
    timeout: Duration.minutes(10),
    role: role.withoutPolicyUpdates(),
    environment: toEnvironment(scope, resources),
    logGroup: logs,
  });
  // A mail that is sent twice is better than a day without one.
  fn.configureAsyncInvoke({ retryAttempts: 1, maxEventAge: Duration.hours(1) });
  return fn;
}

type Variable = (typeof ENV)[keyof typeof ENV];

function toEnvironment(scope: Construct, resources: WatchdogResources): Record<string, string> {
  const { table, alertTopic, operationsTopic, secret, tokenSecret, webhook, settings } = resources;
  return {
    [ENV.tableName]: table.tableName,
    [ENV.alertTopicArn]: alertTopic.topicArn,
    [ENV.operationsTopicArn]: operationsTopic.topicArn,
    [ENV.secretId]: secret.arn,
    [ENV.tokenSecretId]: tokenSecret.secretArn,
    [ENV.publicUrl]: resources.publicUrl,
    [ENV.webhookFunction]: webhook.functionName,
    [ENV.stackId]: Stack.of(scope).stackId,
    ...(settings.heartbeatUrl !== undefined && { [ENV.heartbeatUrl]: settings.heartbeatUrl }),
    ...toCommonEnvironment(scope, settings),
  } satisfies Partial<Record<Variable, string>>;
}
