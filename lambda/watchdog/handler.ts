import { setTimeout as delay } from "node:timers/promises";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { KMSClient } from "@aws-sdk/client-kms";
import { createGraph, GRAPH_URL, GRAPH_VERSION } from "../meta/graph.ts";
import { createDynamoDB, createSecretsManager, createSns } from "../shared/clients.ts";
import { parseConfig } from "../shared/config.ts";
import { createLog } from "../shared/log.ts";
import { createPublish, createReadStoredSecret, createReadToken, fetchHeartbeat } from "./aws.ts";
import { parseWatchdogConfig } from "./config.ts";
import { createPatientGraph } from "./patience.ts";
import { runWatchdog } from "./watchdog.ts";

const { label, subjectForm, functionName, tableName, alertTopicArn } = parseConfig(process.env);
const config = parseWatchdogConfig(process.env);
const sns = createSns();
const dynamodb = createDynamoDB();
const secretsManager = createSecretsManager();
const cloudformation = new CloudFormationClient();
const cloudwatch = new CloudWatchClient();
const kms = new KMSClient();
// Not console.log: Lambda puts a prefix before its lines, which CloudWatch's metrics can't read.
const writeLine = (line: string) => process.stdout.write(`${line}\n`);
const log = createLog({ writeLine, functionName, now: Date.now });

/** Meta's faults pass within a minute, mostly. */
const PAUSE_MS = 20_000;

/** Lambda's entry: whatever the event, one run of the watchdog. */
export async function handler(): Promise<void> {
  const { heartbeatUrl, operationsTopicArn, stackName } = config;
  const graph = createGraph({ baseUrl: config.graphUrl ?? GRAPH_URL, version: GRAPH_VERSION });
  await runWatchdog({
    system: {
      flags: ` --stack ${stackName}`,
      webhookUrl: config.webhookUrl,
      tableName,
      alertTopicArn,
      operationsTopicArn,
      secretName: "Secrets Manager",
      readSecret: createReadStoredSecret(secretsManager, config.secretId),
      dynamodb,
      sns,
      meta: {
        graph: createPatientGraph(graph, () => delay(PAUSE_MS)),
        readToken: createReadToken(secretsManager, config.tokenSecretId),
      },
      aws: {
        stackName: config.stackId,
        alarmPrefix: stackName,
        functionName: config.webhookFunction,
        cloudformation,
        cloudwatch,
        kms,
      },
    },
    context: { label, subjectForm },
    publish: createPublish(sns, { alert: alertTopicArn, operations: operationsTopicArn }),
    fetchHeartbeat: heartbeatUrl === undefined ? undefined : () => fetchHeartbeat(heartbeatUrl),
    log,
    now: Date.now,
  });
}
