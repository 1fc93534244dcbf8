import type { WatchedMeta, WatchedSystem } from "../../lambda/checks/system.ts";
import type { Deployment } from "./deployment.ts";

/** The deployment as the list of checks looks at it. */
export function toWatchedSystem(deployment: Deployment, meta: WatchedMeta): WatchedSystem {
  const { flags, webhookUrl, tableName, alertTopicArn, operationsTopicArn } = deployment;
  const { secretName, dynamodb, sns, aws } = deployment;
  return {
    flags,
    webhookUrl,
    tableName,
    alertTopicArn,
    operationsTopicArn,
    readSecret: async () => (await deployment.readSecret()).stored,
    secretName,
    dynamodb,
    sns,
    meta,
    aws: aws && { ...aws, alarmPrefix: aws.stackName },
  };
}
