import { describe, expect, test } from "vitest";
import { parseWatchdogConfig } from "../../../lambda/watchdog/config.ts";

const ARN = "arn:aws:cloudformation:eu-central-1:123456789012:stack/Hooks/1234-abcd";
const ENVIRONMENT = {
  PUBLIC_URL: "https://hooks.example.com",
  OPERATIONS_TOPIC_ARN: "arn:operations",
  SECRET_ID: "arn:secret",
  TOKEN_SECRET_ID: "arn:token",
  STACK_ID: ARN,
  WEBHOOK_FUNCTION: "webhook-function",
};
const CONFIG = {
  webhookUrl: "https://hooks.example.com/webhook",
  operationsTopicArn: "arn:operations",
  secretId: "arn:secret",
  tokenSecretId: "arn:token",
  stackId: ARN,
  stackName: "Hooks",
  webhookFunction: "webhook-function",
  heartbeatUrl: undefined,
  graphUrl: undefined,
};

describe("the watchdog's environment", () => {
  test.each([
    [{ PUBLIC_URL: "https://hooks.example.com//" }, {}],
    [{ HEARTBEAT_URL: "", GRAPH_URL: "" }, {}],
    [{ HEARTBEAT_URL: "https://hc.example/x" }, { heartbeatUrl: "https://hc.example/x" }],
    [{ GRAPH_URL: "http://127.0.0.1:9" }, { graphUrl: "http://127.0.0.1:9" }],
  ])("with %j is understood", (variables, difference) => {
    const config = parseWatchdogConfig({ ...ENVIRONMENT, ...variables });
    expect(config).toEqual({ ...CONFIG, ...difference });
  });

  test.each(Object.keys(ENVIRONMENT))("must have %s", (name) => {
    for (const value of [undefined, ""]) {
      expect(() => parseWatchdogConfig({ ...ENVIRONMENT, [name]: value })).toThrow(name);
    }
  });

  test.each(["Hooks", "arn:x:stack/", "arn:x:stack//id"])("names no stack by %s", (STACK_ID) => {
    expect(() => parseWatchdogConfig({ ...ENVIRONMENT, STACK_ID })).toThrow(
      "Environment variable STACK_ID must be the ARN of a stack",
    );
  });
});
