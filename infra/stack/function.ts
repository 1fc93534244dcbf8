import { Duration, Stack } from "aws-cdk-lib";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Code, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { ENV, FUNCTION, SETTING_ENV, SWITCHES, type Switches } from "../../lambda/shared/names.ts";
import { type FunctionResources, toStatements } from "./grants.ts";
import { createLambdaFunction } from "./lambda-function.ts";
import { createLogGroup } from "./logs.ts";
import type { Settings } from "./settings.ts";

export interface FunctionAndLogs {
  readonly fn: LambdaFunction;
  readonly logs: LogGroup;
}

/** The webhook function: handshake, delivery, incident page and relay tick. */
export function createFunction(
  scope: Construct,
  bundle: string,
  resources: FunctionResources,
): FunctionAndLogs {
  const logs = createLogGroup(scope, "FunctionLogs", resources.key);
  const role = createRole(scope, resources, logs);
  const fn = createLambdaFunction(scope, "Function", {
    description: "Receives WhatsApp security events, stores them and publishes their alerts",
    code: Code.fromAsset(bundle),
    timeout: Duration.seconds(FUNCTION.timeoutSeconds),
    // Whatever a construct would add to the role by itself stays out: grants.ts is the whole list.
    role: role.withoutPolicyUpdates(),
    environment: toEnvironment(scope, resources),
    logGroup: logs,
  });
  // The next tick comes within a minute anyway: late ones must not pile up behind an outage.
  fn.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
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

function toEnvironment(scope: Construct, resources: FunctionResources): Record<string, string> {
  const { table, alertTopic, secret, publicUrl, settings } = resources;
  return {
    [ENV.tableName]: table.tableName,
    [ENV.alertTopicArn]: alertTopic.topicArn,
    [ENV.secretId]: secret.arn,
    [ENV.publicUrl]: publicUrl,
    [ENV.stackName]: Stack.of(scope).stackName,
    ...toValues(settings),
    ...toCommonEnvironment(scope, settings),
  } satisfies Partial<Record<Variable, string>>;
}

/** A list is given with commas between its items. */
function toValues(settings: Settings): Record<string, string> {
  const given = Object.entries(SETTING_ENV).flatMap(([name, key]) => {
    const value = settings[name as keyof typeof SETTING_ENV];
    return value === undefined ? [] : [[key, String(value)] as const];
  });
  return Object.fromEntries(given);
}

/** What both functions are given: settings that are on, and what messages are written with. */
export function toCommonEnvironment(scope: Construct, settings: Settings): Record<string, string> {
  return {
    [ENV.label]: settings.label ?? Stack.of(scope).stackName,
    ...(settings.runbookUrl && { [ENV.runbookUrl]: settings.runbookUrl }),
    [ENV.numberLabels]: JSON.stringify(settings.numbers),
    ...toSwitches(settings),
  } satisfies Partial<Record<Variable, string>>;
}

function toSwitches(settings: Switches): Record<string, string> {
  const on = Object.entries(SWITCHES).filter(([name]) => settings[name as keyof Switches]);
  return Object.fromEntries(on.map(([, key]) => [key, "true"]));
}
