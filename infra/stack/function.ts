import { Duration } from "aws-cdk-lib";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  ApplicationLogLevel,
  Architecture,
  type CfnFunction,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { ENV, FUNCTION } from "../../lambda/shared/names.ts";
import { type FunctionResources, toStatements } from "./grants.ts";
import { createLogGroup } from "./logs.ts";

export interface FunctionAndLogs {
  readonly fn: LambdaFunction;
  readonly logs: LogGroup;
}

/** The one function, with its three doors: handshake, delivery and relay tick. */
export function createFunction(
  scope: Construct,
  bundle: string,
  resources: FunctionResources,
): FunctionAndLogs {
  const logs = createLogGroup(scope, "FunctionLogs", resources.key);
  const role = createRole(scope, resources, logs);
  const fn = new LambdaFunction(scope, "Function", {
    description: "Receives WhatsApp security events, stores them and publishes their alerts",
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(bundle),
    handler: "index.handler",
    timeout: Duration.seconds(FUNCTION.timeoutSeconds),
    memorySize: 512,
    // Whatever a construct would add to the role by itself stays out: grants.ts is the whole list.
    role: role.withoutPolicyUpdates(),
    environment: toEnvironment(resources),
    logGroup: logs,
    // JSON drops Lambda's three lines an invocation: a flood costs no more log than ours.
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: ApplicationLogLevel.INFO,
    systemLogLevelV2: SystemLogLevel.WARN,
    deadLetterQueue: resources.deadLetters,
  });
  // It repeats the order that the role's ARN already sets, which linters complain of.
  (fn.node.defaultChild as CfnFunction).addDeletionOverride("DependsOn");
  // The next tick comes within a minute anyway: late ones must not pile up behind an outage.
  fn.configureAsyncInvoke({
    retryAttempts: 0,
    maxEventAge: Duration.minutes(1),
    onFailure: new SqsDestination(resources.deadLetters),
  });
  return { fn, logs };
}

function createRole(scope: Construct, resources: FunctionResources, logs: LogGroup): Role {
  const policy = new ManagedPolicy(scope, "FunctionPolicy", {
    description: "What the WhatsApp security webhook's function may do, and nothing else",
    statements: toStatements(scope, resources, logs),
  });
  return new Role(scope, "FunctionRole", {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    managedPolicies: [policy],
  });
}

type Variable = (typeof ENV)[keyof typeof ENV];

function toEnvironment({
  table,
  alertTopic,
  secret,
  settings,
}: FunctionResources): Record<string, string> {
  const { alertEvents, retentionDays } = settings;
  return {
    [ENV.tableName]: table.tableName,
    [ENV.alertTopicArn]: alertTopic.topicArn,
    [ENV.secretId]: secret.arn,
    [ENV.alertEvents]: alertEvents.join(","),
    ...(retentionDays !== undefined && { [ENV.retentionDays]: String(retentionDays) }),
  } satisfies Partial<Record<Variable, string>>;
}
