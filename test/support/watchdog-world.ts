import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { KMSClient } from "@aws-sdk/client-kms";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createGraph } from "../../lambda/meta/graph.ts";
import { createDynamoDB, createSns } from "../../lambda/shared/clients.ts";
import { createCommandLine } from "../../lambda/shared/commands.ts";
import { createLog } from "../../lambda/shared/log.ts";
import {
  createPublish,
  createReadStoredSecret,
  createReadToken,
} from "../../lambda/watchdog/aws.ts";
import { runWatchdog, type WatchdogDeps } from "../../lambda/watchdog/watchdog.ts";
import { type OperatorWorld, STACK } from "./operator-world.ts";

/** A mail as a topic was given it. */
export interface Mail {
  readonly topic: string;
  readonly kind: string;
  readonly subject: string;
  readonly email: string;
  /** Failed checks, as the machine document lists them. */
  readonly failed: { id: string; message: string; fix: string }[];
}

/** The watchdog's function on the operator's world: real HTTP; AWS goes by the test's clock too. */
export interface WatchdogWorld {
  readonly clock: { now: number };
  readonly lines: string[];
  readonly heartbeats: { count: number };
  run(): Promise<void>;
  /** Every mail since the last call. */
  mails(): Mail[];
}

export const DAY_MS = 86_400_000;

export function createWatchdogWorld(world: OperatorWorld): WatchdogWorld {
  const clock = { now: Date.parse("2026-11-24T06:17:00Z") };
  world.aws.now = () => clock.now;
  const lines: string[] = [];
  const heartbeats = { count: 0 };
  const secretsManager = new SecretsManagerClient();
  const operationsTopicArn = `${world.topicArn}-operations`;
  // Called for each run, because a test may change where Meta is.
  const toDeps = (): WatchdogDeps => ({
    system: {
      command: createCommandLine(` --stack ${STACK}`),
      isWatchdog: true,
      webhookUrl: world.webhookUrl,
      tableName: world.tableName,
      alertTopicArn: world.topicArn,
      operationsTopicArn,
      secretName: "Secrets Manager",
      readSecret: createReadStoredSecret(secretsManager, "secret"),
      dynamodb: createDynamoDB({ endpoint: world.aws.url }),
      sns: createSns({ endpoint: world.aws.url }),
      meta: {
        graph: createGraph({ baseUrl: world.graph.url, version: "v25.0" }),
        readToken: createReadToken(secretsManager, "token"),
      },
      aws: {
        stackName: STACK,
        alarmPrefix: STACK,
        functionName: "function",
        cloudformation: new CloudFormationClient(),
        cloudwatch: new CloudWatchClient(),
        kms: new KMSClient(),
      },
    },
    context: { label: "Test" },
    publish: createPublish(createSns({ endpoint: world.aws.url }), {
      alert: world.topicArn,
      operations: operationsTopicArn,
    }),
    async fetchHeartbeat() {
      heartbeats.count += 1;
    },
    log: createLog({
      writeLine: (line) => lines.push(line),
      functionName: "watchdog",
      now: () => clock.now,
    }),
    now: () => clock.now,
  });
  return {
    clock,
    lines,
    heartbeats,
    async run() {
      await runWatchdog(toDeps());
    },
    mails() {
      return world.aws.published.splice(0).map(({ message, ...mail }) => {
        const { email, default: document } = JSON.parse(message);
        return { ...mail, email, failed: JSON.parse(document).report.failed };
      });
    },
  };
}
