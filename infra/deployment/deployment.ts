import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { KMSClient } from "@aws-sdk/client-kms";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { PinAccess } from "./pins.ts";
import type { SecretAccess } from "./secret.ts";
import type { TokenAccess } from "./token.ts";

/** The system that a command works on: a deployed stack or the local run. */
export interface Deployment extends SecretAccess, TokenAccess {
  /** Such as "stack WhatsAppSecurityWebhook" or "local run in .local". */
  readonly name: string;
  /** What to append to a command so that it works on the same deployment. */
  readonly flags: string;
  readonly webhookUrl: string;
  readonly tableName: string;
  readonly alertTopicArn: string;
  /** The local run has none, nor has a stack of before. */
  readonly operationsTopicArn?: string | undefined;
  /** Where messages end that the stack's own subscriptions fail to deliver. */
  readonly deadLetterQueueArn?: string | undefined;
  /** Where the secret is kept, for a person. */
  readonly secretName: string;
  readonly dynamodb: DynamoDBClient;
  readonly sns: SNSClient;
  readonly pins: PinAccess;
  /** Only on AWS. */
  readonly aws?: AwsFacts;
}

export interface AwsFacts {
  readonly stackName: string;
  readonly region: string;
  readonly functionName: string;
  /** Sets PINs with a kept token; undefined without the setting `protect`. */
  readonly protectFunctionArn?: string | undefined;
  readonly cloudformation: CloudFormationClient;
  readonly cloudwatch: CloudWatchClient;
  readonly kms: KMSClient;
}

export interface DeploymentOptions {
  readonly stack?: string | undefined;
  readonly data?: string | undefined;
}

export { toCommand } from "../../lambda/shared/commands.ts";
