import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { inject } from "vitest";

export const environment = inject("emulator");

const options = {
  endpoint: environment.AWS_ENDPOINT_URL,
  region: environment.AWS_REGION,
  credentials: {
    accessKeyId: environment.AWS_ACCESS_KEY_ID,
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
  },
};
export const cloudformation = new CloudFormationClient(options);
export const dynamodb = new DynamoDBClient(options);
export const lambda = new LambdaClient(options);
export const secrets = new SecretsManagerClient(options);
export const sns = new SNSClient(options);
export const sqs = new SQSClient(options);
export const ssm = new SSMClient(options);
