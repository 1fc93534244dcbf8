import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Dashboard } from "aws-cdk-lib/aws-cloudwatch";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { Rule } from "aws-cdk-lib/aws-events";
import type { CfnAlias, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { WEBHOOK_PATH } from "../../lambda/shared/names.ts";
import { toCloudWatchUrl } from "./monitoring/console-url.ts";
import type { SecretRef } from "./secret.ts";
import { setAppSecretCommand, showVerifyTokenCommand } from "./secret-commands.ts";
import type { Settings } from "./settings.ts";

export interface StackResources {
  readonly settings: Settings;
  readonly publicUrl: string;
  readonly domainTarget?: string;
  readonly fn: LambdaFunction;
  readonly table: Table;
  readonly alertTopic: Topic;
  readonly operationsTopic: Topic;
  readonly secret: SecretRef;
  readonly relayRule: Rule;
  readonly deadLetters: Queue;
  readonly watchdogFunction: LambdaFunction;
  readonly tokenSecret: Secret;
  readonly protectAlias: CfnAlias | undefined;
  readonly dashboard: Dashboard | undefined;
  readonly logs: LogGroup;
}

interface Output {
  readonly value: string;
  readonly description: string;
}

/** What a person and the operator's commands need to know of a deployed stack. */
export function createOutputs(scope: Construct, resources: StackResources): void {
  const outputs: Record<string, Output> = {
    ...toAddresses(scope, resources),
    ...toSecretOutputs(scope, resources),
    ...toTopicOutputs(resources),
    ...toNames(resources),
  };
  for (const [name, { value, description }] of Object.entries(outputs)) {
    new CfnOutput(scope, name, { value, description });
  }
}

function toAddresses(scope: Construct, resources: StackResources): Record<string, Output> {
  const { publicUrl, domainTarget, dashboard } = resources;
  return {
    WebhookUrl: {
      value: `${publicUrl}${WEBHOOK_PATH}`,
      description: "Callback URL for Meta's App Dashboard",
    },
    ...(domainTarget && {
      DomainTarget: {
        value: domainTarget,
        description: "What a CNAME record of the domain must point to",
      },
    }),
    ...(dashboard && {
      DashboardUrl: {
        value: toCloudWatchUrl(scope, `dashboards/dashboard/${dashboard.dashboardName}`),
        description: "CloudWatch dashboard",
      },
    }),
  };
}

function toSecretOutputs(
  scope: Construct,
  { secret, tokenSecret }: StackResources,
): Record<string, Output> {
  const { region } = Stack.of(scope);
  return {
    ShowVerifyTokenCommand: {
      value: showVerifyTokenCommand(secret.arn, region),
      description: "Shows the verify token for Meta's App Dashboard",
    },
    SetAppSecretCommand: {
      value: setAppSecretCommand(secret.arn, region),
      description: "Asks for the Meta app's secret and puts it in front of the others",
    },
    SecretName: { value: secret.name, description: "Verify token and app secrets" },
    SecretArn: { value: secret.arn, description: "The same secret's ARN" },
    TokenSecretArn: {
      value: tokenSecret.secretArn,
      description: "Where connect --keep-token keeps a token, for the watchdog alone",
    },
  };
}

function toTopicOutputs(resources: StackResources): Record<string, Output> {
  const { alertTopic, operationsTopic, deadLetters } = resources;
  return {
    AlertTopicArn: {
      value: alertTopic.topicArn,
      description: "Subscribe people and machines to alerts here",
    },
    OperationsTopicArn: {
      value: operationsTopic.topicArn,
      description: "Subscribe whoever runs this system to its alarms here",
    },
    DeadLetterQueueUrl: {
      value: deadLetters.queueUrl,
      description: "Messages that SNS could not deliver to a subscriber",
    },
  };
}

function toNames(resources: StackResources): Record<string, Output> {
  const { table, fn, logs, relayRule, watchdogFunction, protectAlias } = resources;
  return {
    TableName: { value: table.tableName, description: "History of security events" },
    FunctionName: { value: fn.functionName, description: "The webhook's function" },
    LogGroupName: { value: logs.logGroupName, description: "The function's log" },
    WatchdogFunctionName: {
      value: watchdogFunction.functionName,
      description: "Checks once a day; invoke it to have a check now",
    },
    ...(protectAlias && {
      ProtectFunctionArn: {
        value: protectAlias.ref,
        description: "Sets a new PIN of a number; npm run protect invokes it",
      },
    }),
    RelayRuleName: { value: relayRule.ruleName, description: "Ticks the relay once a minute" },
  };
}
