import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import * as dynamodb from "../../infra/local/engines/dynamodb.ts";
import { LOCAL_AWS } from "../../infra/local/engines/local-aws.ts";
import { startTopics } from "../../infra/local/engines/topics.ts";
import { createDynamoDB, createSns } from "../../lambda/shared/clients.ts";

export interface Database {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  readonly tableName: string;
  stop(): Promise<void>;
}

/** The local run's DynamoDB in memory, with the function's client for it. */
export async function startDynamoDB(): Promise<Database> {
  const { endpoint, tableName, stop } = await dynamodb.startDynamoDB();
  const client = createDynamoDB({ ...LOCAL_AWS, endpoint });
  return {
    endpoint,
    client,
    tableName,
    async stop() {
      client.destroy();
      await stop();
    },
  };
}

export interface Queues {
  /** Serves SNS and SQS alike. */
  readonly endpoint: string;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly topicArn: string;
  /** Of a queue that gets each message with its forms for all protocols. */
  readonly queueUrl: string;
  stop(): Promise<void>;
}

/** The local run's SNS and SQS, with clients for them. */
export async function startQueues(): Promise<Queues> {
  const { endpoint, topicArn, subscribeToAllForms, stop } = await startTopics();
  return {
    endpoint,
    sns: createSns({ ...LOCAL_AWS, endpoint }),
    sqs: new SQSClient({ ...LOCAL_AWS, endpoint }),
    topicArn,
    queueUrl: await subscribeToAllForms("tests"),
    stop,
  };
}
