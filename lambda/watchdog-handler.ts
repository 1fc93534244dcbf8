import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { KMSClient } from "@aws-sdk/client-kms";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { WatchedSystem } from "./facts/system.ts";
import { createAnswerTable } from "./incident/answer-table.ts";
import { createLinkRuns } from "./incident/link-runs.ts";
import { createGraph, GRAPH_URL, GRAPH_VERSION } from "./meta/graph.ts";
import { createEventTable } from "./outbox/event-table.ts";
import { createRunClaims } from "./protect/claims.ts";
import { newPin } from "./protect/new-pin.ts";
import { openMeta } from "./protect/open-meta.ts";
import { createParameterStore, PARAMETER_STORE_CLIENT } from "./protect/pin-store.ts";
import { findAlias, isEnabledFor, parseProtectRequest } from "./protect/request.ts";
import { type ServeDeps, serveProtect } from "./protect/serve.ts";
import { serveLink } from "./protect/serve-link.ts";
import { createDynamoDB, createSecretsManager, createSns } from "./shared/clients.ts";
import { createCommandLine } from "./shared/commands.ts";
import { parseConfig } from "./shared/config.ts";
import { createLog } from "./shared/log.ts";
import {
  createHeartbeat,
  createPublish,
  createReadStoredSecret,
  createReadToken,
} from "./watchdog/aws.ts";
import { parseWatchdogConfig } from "./watchdog/config.ts";
import { createPatientGraph } from "./watchdog/patience.ts";
import { runWatchdog } from "./watchdog/watchdog.ts";
import { parseWidgetRequest } from "./widget/request.ts";
import { answerWidget, type WidgetAnswer } from "./widget/widget.ts";

const { tableName, alertTopicArn, ...common } = parseConfig(process.env);
const config = parseWatchdogConfig(process.env);
const sns = createSns();
const dynamodb = createDynamoDB();
const secretsManager = createSecretsManager();
const cloudformation = new CloudFormationClient();
const cloudwatch = new CloudWatchClient();
const kms = new KMSClient();
const ssm = new SSMClient(PARAMETER_STORE_CLIENT);
// Not console.log: Lambda puts a prefix before its lines, which CloudWatch's metrics can't read.
const writeLine = (line: string) => process.stdout.write(`${line}\n`);
const log = createLog({ writeLine, functionName: common.functionName, now: Date.now });

/** Transient Graph API errors usually end within a minute. */
const PAUSE_MS = 20_000;

/** What the dashboard's buttons do is counted where all answers are: with the webhook. */
const webhookLog = createLog({ writeLine, functionName: config.webhookFunction, now: Date.now });
const graph = createGraph({ baseUrl: config.graphUrl ?? GRAPH_URL, version: GRAPH_VERSION });
const table = createEventTable({ client: dynamodb, tableName });
const answers = createAnswerTable({ client: dynamodb, tableName, retentionDays: "unknown" });

/**
 * Lambda's entry: an operator who wants a new PIN, the dashboard's widget, and for any other event
 * one run of the watchdog.
 */
export async function handler(
  event: unknown,
  { invokedFunctionArn }: { readonly invokedFunctionArn: string },
): Promise<Awaited<ReturnType<typeof serveProtect>> | WidgetAnswer | undefined> {
  if (findAlias(invokedFunctionArn) === "link") {
    const linkRuns = createLinkRuns({ client: dynamodb, tableName });
    return serveLink(event, { ...toServeDeps(invokedFunctionArn), linkRuns });
  }
  const wanted = parseProtectRequest(event, invokedFunctionArn);
  if (wanted) return serveProtect(wanted, toServeDeps(invokedFunctionArn));
  const request = parseWidgetRequest(event);
  if (!request) return run();
  return answerWidget(request, {
    system: toSystem(),
    endpoint: invokedFunctionArn,
    alerts: { table, answers },
    log: webhookLog,
    now: Date.now,
  });
}

/** Meta may need a moment until it shows what it has taken. */
const READ_PAUSE_MS = 1_000;

function toServeDeps(invokedArn: string): ServeDeps {
  const { stackName, tokenSecretId, secretId } = config;
  return {
    isEnabled: isEnabledFor(invokedArn, common),
    invokedArn,
    openMeta: () =>
      openMeta(
        { graph, readToken: createReadToken(secretsManager, tokenSecretId) },
        createReadStoredSecret(secretsManager, secretId),
      ),
    pins: createParameterStore({ client: ssm, stackName }),
    claims: createRunClaims({ client: dynamodb, tableName }),
    alerts: { table, answers },
    newPin,
    newToken: randomUUID,
    now: Date.now,
    pause: () => delay(READ_PAUSE_MS),
    log: webhookLog,
  };
}

async function run(): Promise<undefined> {
  const { heartbeatUrl, operationsTopicArn } = config;
  await runWatchdog({
    system: toSystem(),
    context: { label: common.label },
    publish: createPublish(sns, { alert: alertTopicArn, operations: operationsTopicArn }),
    fetchHeartbeat: createHeartbeat(heartbeatUrl),
    log,
    now: Date.now,
  });
}

function toSystem(): WatchedSystem {
  const { operationsTopicArn, stackName } = config;
  const startedAt = Date.now();
  const patience = { pause: () => delay(PAUSE_MS), elapsed: () => Date.now() - startedAt };
  return {
    command: createCommandLine(` --stack ${stackName}`),
    isWatchdog: true,
    webhookUrl: config.webhookUrl,
    tableName,
    alertTopicArn,
    operationsTopicArn,
    secretName: "Secrets Manager",
    readSecret: createReadStoredSecret(secretsManager, config.secretId),
    dynamodb,
    sns,
    meta: {
      graph: createPatientGraph(graph, patience),
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
  };
}
