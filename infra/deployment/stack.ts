import {
  CloudFormationClient,
  DescribeStacksCommand,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { createCommandLine, quote, toDeployCommand } from "../../lambda/shared/commands.ts";
import { UserError } from "../cli/errors.ts";
import type { Deployment } from "./deployment.ts";
import { createAwsPins } from "./pins.ts";
import { createAwsSecret } from "./secret.ts";
import { createAwsToken } from "./token.ts";

/** Outputs of the stack that the operator's commands rely on. */
export const OUTPUTS = [
  "WebhookUrl",
  "SecretName",
  "SecretArn",
  "AlertTopicArn",
  "TableName",
  "FunctionName",
] as const;

/** Finds a deployed stack by its outputs; credentials and region are the AWS SDK's. */
export async function openStack(stackName: string): Promise<Deployment> {
  const cloudformation = new CloudFormationClient();
  const region = await cloudformation.config.region();
  const stack = await findStack(cloudformation, stackName, region);
  const outputs = toOutputs(stack, stackName);
  const secrets = new SecretsManagerClient();
  const secretName = `Secrets Manager (${outputs.SecretName})`;
  return {
    ...createAwsSecret(secrets, outputs.SecretArn, secretName),
    ...createAwsToken(secrets, findOutput(stack, "TokenSecretArn"), stackName),
    name: `stack ${stackName} in ${region}`,
    command: createCommandLine(` --stack ${quote(stackName)}`),
    webhookUrl: outputs.WebhookUrl,
    tableName: outputs.TableName,
    alertTopicArn: outputs.AlertTopicArn,
    operationsTopicArn: findOutput(stack, "OperationsTopicArn"),
    deadLetterQueueArn: toQueueArn(outputs.AlertTopicArn, findOutput(stack, "DeadLetterQueueUrl")),
    secretName,
    dynamodb: new DynamoDBClient(),
    sns: new SNSClient(),
    pins: createAwsPins(stackName),
    aws: {
      stackName,
      alarmPrefix: stackName,
      region,
      functionName: outputs.FunctionName,
      protectFunctionArn: findOutput(stack, "ProtectFunctionArn"),
      cloudformation,
      cloudwatch: new CloudWatchClient(),
      kms: new KMSClient(),
    },
  };
}

async function findStack(client: CloudFormationClient, StackName: string, region: string) {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    if (Stacks?.[0]) return Stacks[0];
  } catch (error) {
    const isMissing = error instanceof Error && /does not exist/.test(error.message);
    if (!isMissing) throw error;
  }
  throw new UserError(
    `There is no stack ${StackName} in ${region} in this AWS account: deploy it (${toDeployCommand(StackName)}), or set AWS_REGION and AWS_PROFILE to where it is.`,
  );
}

/** Of an output that only some commands need. */
function findOutput({ Outputs = [] }: Stack, name: string): string | undefined {
  return Outputs.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
}

/** Of a queue in the same account and region as the topic. */
function toQueueArn(topicArn: string, queueUrl: string | undefined): string | undefined {
  const [arn, partition, , region, account] = topicArn.split(":");
  const name = queueUrl?.split("/").at(-1);
  return name && [arn, partition, "sqs", region, account, name].join(":");
}

function toOutputs(stack: Stack, stackName: string): Record<(typeof OUTPUTS)[number], string> {
  const found = new Map((stack.Outputs ?? []).map((o) => [o.OutputKey, o.OutputValue]));
  const missing = OUTPUTS.filter((name) => !found.get(name));
  if (missing.length === 0) {
    return Object.fromEntries(OUTPUTS.map((name) => [name, found.get(name) ?? ""])) as Record<
      (typeof OUTPUTS)[number],
      string
    >;
  }
  throw new UserError(
    `Stack ${stackName} (${stack.StackStatus}) lacks the output ${missing.join(", ")}: deploy it again (${toDeployCommand(stackName)}).`,
  );
}
