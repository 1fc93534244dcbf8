import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { toUserError } from "../../infra/cli/errors.ts";
import { startLocal } from "../../infra/local/local.ts";
import { type AwsStandIn, startAws } from "./aws.ts";
import { APP_SECRET, SECRET_TEXT } from "./builders.ts";
import { type GraphApi, startGraphApi } from "./graph-api.ts";
import { toStable } from "./terminal.ts";

export const APP_ID = "1234567890123456";
export const OTHER_APP_ID = "2222222222222222";
export const WABA = "102290129340398";
export const TOKEN = "EAAJsystemUserTokenOfTheTests";
export const STACK = "Hooks";

export type OperatorWorld = Awaited<ReturnType<typeof startOperatorWorld>>;

/**
 * A local run, the same as a stack of a stand-in AWS account, and Meta. One a test file. The stack's
 * secret is the local run's.
 */
export async function startOperatorWorld() {
  const data = mkdtempSync(join(tmpdir(), "operator-"));
  const secretFile = join(data, "secret.json");
  writeFileSync(secretFile, SECRET_TEXT);
  const local = await startLocal({ port: 0, data, memory: true, writeLine: () => {} });
  const [graph, aws] = await Promise.all([startGraphApi(), startAws()]);
  Object.defineProperty(aws, "secret", {
    get: () => readFileSync(secretFile, "utf8"),
    set: (text: string) => writeFileSync(secretFile, text),
  });
  const { dynamodbEndpoint, tableName, webhookUrl, topicArn } = local.address;
  const env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_ENDPOINT_URL_DYNAMODB: aws.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
  const own = Object.entries(process.env).filter(([name]) => name in env);
  Object.assign(process.env, env);
  aws.dynamodbEndpoint = dynamodbEndpoint;
  const outputs = {
    WebhookUrl: webhookUrl,
    SecretName: "secret",
    SecretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:secret-AbCdEf",
    AlertTopicArn: topicArn,
    OperationsTopicArn: `${topicArn}-operations`,
    DeadLetterQueueUrl: "https://sqs.us-east-1.amazonaws.com/000000000000/dead-letters",
    TokenSecretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf",
    TableName: tableName,
    FunctionName: "function",
  };
  return {
    data,
    aws,
    graph,
    webhookUrl,
    topicArn,
    dynamodbEndpoint,
    tableName,
    /** Meta and AWS as they are when all is well. */
    reset() {
      aws.secret = SECRET_TEXT;
      aws.secretLabels.clear();
      aws.secretSavedAt = 0;
      aws.parameters.clear();
      resetAws(aws, outputs);
      resetMeta(graph, webhookUrl);
    },
    /** The attempt fails with these words, or those of the snapshot; AWS and Meta are as before. */
    async refuses(attempt: () => Promise<unknown>, words?: string | RegExp) {
      const before = toState(aws, graph);
      const sentence = await attempt().then(
        () => "It was done.",
        (error) => toUserError(error).message,
      );
      if (words === undefined) expect(toStable(sentence)).toMatchSnapshot();
      else expect(sentence).toMatch(words);
      expect(toState(aws, graph)).toEqual(before);
    },
    async stop() {
      for (const name of Object.keys(env)) delete process.env[name];
      Object.assign(process.env, Object.fromEntries(own));
      await Promise.all([local.stop(), aws.close(), graph.close()]);
      rmSync(data, { recursive: true });
    },
  };
}

function toState(aws: AwsStandIn, { apps, accounts }: GraphApi) {
  const { secret, secretLabels, token, parameters, subscribers, operationsSubscribers } = aws;
  const ofAws = { secret, secretLabels, token, parameters, subscribers, operationsSubscribers };
  return structuredClone({ ofAws, apps, accounts });
}

function resetAws(aws: AwsStandIn, outputs: Record<string, string>): void {
  aws.stack = { name: STACK, status: "CREATE_COMPLETE", outputs: { ...outputs } };
  aws.subscribers = [
    {
      protocol: "email",
      endpoint: "guard@example.com",
      attributes: { ConfirmationWasAuthenticated: "true" },
    },
    { protocol: "sms", endpoint: "+4915112345678" },
  ];
  aws.expected = aws.subscribers.map((each) => ({ ...each }));
  aws.operationsSubscribers = [
    {
      protocol: "email",
      endpoint: "operations@example.com",
      attributes: { ConfirmationWasAuthenticated: "true" },
    },
  ];
  aws.expectedOperations = aws.operationsSubscribers.map((each) => ({ ...each }));
  aws.environment = { REPEAT_AFTER_MINUTES: "5,15,60,240", NUMBER_LABELS: "{}" };
  aws.key = { state: "Enabled" };
  aws.table = {};
  aws.token = "{}";
  aws.published.length = 0;
  aws.sms = { inSandbox: false, verified: [], limit: "10", type: "Transactional" };
  aws.alarms = [{ name: "Hooks - Relay not running", state: "OK", reason: "" }];
  aws.now = Date.now;
  aws.metrics = { RelayRun: [[1, 1]] };
  aws.denied.clear();
  aws.refused.clear();
  aws.before = () => {};
  aws.calls.length = 0;
}

function resetMeta(graph: GraphApi, callback_url: string): void {
  const subscription = { callback_url, fields: ["security"], active: true };
  graph.requests.length = 0;
  graph.fault = () => undefined;
  graph.apps.clear();
  graph.apps.set(APP_ID, { name: "Security hooks", secret: APP_SECRET, subscription });
  graph.accounts.clear();
  graph.accounts.set(WABA, {
    apps: [OTHER_APP_ID, APP_ID],
    numbers: [
      { id: "1", display_phone_number: "+1 555-078-3881", is_pin_enabled: true },
      { id: "2", display_phone_number: "+1 555-078-3882", is_pin_enabled: true },
    ],
  });
  const scopes = ["whatsapp_business_management"];
  graph.tokens.clear();
  graph.tokens.set(TOKEN, { appId: APP_ID, scopes, wabaIds: [WABA] });
}
