import { startDynamoDB } from "../../infra/local/engines/dynamodb.ts";
import { startTopics } from "../../infra/local/engines/topics.ts";

/** The process of the engines, which lives as long as its parent. */
export interface EnginesAddress {
  readonly dynamodbEndpoint: string;
  readonly tableName: string;
  readonly snsEndpoint: string;
  readonly topicArn: string;
  readonly alertQueueUrl: string;
}

process.on("disconnect", () => process.exit());
const database = await startDynamoDB();
const topics = await startTopics();
process.send?.({
  dynamodbEndpoint: database.endpoint,
  tableName: database.tableName,
  snsEndpoint: topics.endpoint,
  topicArn: topics.topicArn,
  alertQueueUrl: await topics.subscribeToAllForms("audit"),
} satisfies EnginesAddress);
