import { CfnOutput, Stack } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { Dashboard } from "aws-cdk-lib/aws-cloudwatch";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { Rule } from "aws-cdk-lib/aws-events";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { WEBHOOK_PATH } from "../../lambda/shared/names.ts";
import type { SecretRef } from "./secret.ts";
import { setAppSecretCommand, showVerifyTokenCommand } from "./secret-commands.ts";

export interface StackResources {
  readonly api: HttpApi;
  readonly fn: LambdaFunction;
  readonly table: Table;
  readonly alertTopic: Topic;
  readonly operationsTopic: Topic;
  readonly secret: SecretRef;
  readonly relayRule: Rule;
  readonly deadLetters: Queue;
  readonly dashboard: Dashboard;
  readonly logs: LogGroup;
}

/** What a person and the operator's commands need to know of a deployed stack. */
export function createOutputs(scope: Construct, resources: StackResources): void {
  for (const [name, { value, description }] of Object.entries(toOutputs(scope, resources))) {
    new CfnOutput(scope, name, { value, description });
  }
}

function toOutputs(scope: Construct, resources: StackResources) {
  const { region } = Stack.of(scope);
  const { api, fn, table, alertTopic, operationsTopic, secret, relayRule, deadLetters } = resources;
  const console = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}`;
  return {
    WebhookUrl: {
      value: `${api.apiEndpoint}${WEBHOOK_PATH}`,
      description: "Callback URL for Meta's App Dashboard",
    },
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
    AlertTopicArn: {
      value: alertTopic.topicArn,
      description: "Subscribe people and machines to alerts here",
    },
    OperationsTopicArn: {
      value: operationsTopic.topicArn,
      description: "Subscribe whoever runs this system to its alarms here",
    },
    TableName: { value: table.tableName, description: "History of security events" },
    FunctionName: { value: fn.functionName, description: "The webhook's function" },
    LogGroupName: { value: resources.logs.logGroupName, description: "The function's log" },
    RelayRuleName: { value: relayRule.ruleName, description: "Ticks the relay once a minute" },
    DeadLetterQueueUrl: {
      value: deadLetters.queueUrl,
      description: "Alerts that reached nobody, and ticks that failed",
    },
    DashboardUrl: {
      value: `${console}#dashboards/dashboard/${resources.dashboard.dashboardName}`,
      description: "CloudWatch dashboard",
    },
  };
}
