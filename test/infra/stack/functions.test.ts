import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { describe, expect, test } from "vitest";
import { PROTECT } from "../../../lambda/shared/names.ts";
import { EVERY_PART, synthesise } from "../../support/synthesise.ts";
import { resolve } from "../../support/template-text.ts";

const { stack, theOnly, ofType } = synthesise(EVERY_PART);

/** By its construct's id: a function, its rule, its log and its role are named alike. */
describe.each([
  // It answers Meta within seconds; a tick has a minute.
  ["Function", "webhook", 60, { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }],
  // It has time for Meta's lists of thousands of numbers, and there is only one run a day.
  ["Watchdog", "watchdog", 600, { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 3600 }],
])("the function %s", (id, bundle, Timeout, limits) => {
  const { Code, Role, LoggingConfig, Handler, Runtime, Architectures, ...others } = resolve(
    theOnly("AWS::Lambda::Function", id).Properties,
  );

  test("has time, memory, and no share of the account's concurrency", () => {
    expect(others).toMatchObject({ Timeout, MemorySize: 512 });
    expect(others).not.toHaveProperty("ReservedConcurrentExecutions");
  });

  test("has limits for calls whose caller does not wait", () => {
    const configs = ofType("AWS::Lambda::EventInvokeConfig")
      .map(({ Properties }) => resolve(Properties))
      .filter(({ FunctionName }) => FunctionName === `<${id}>`)
      // The limits of what comes by link: grants.test.ts.
      .filter(({ Qualifier }) => Qualifier !== PROTECT.linkAlias);
    expect(configs).toEqual([{ FunctionName: `<${id}>`, Qualifier: "$LATEST", ...limits }]);
  });

  test("runs its own bundle: with the other's it would answer nothing", () => {
    const folder = `asset.${Code.S3Key.replace(".zip", "")}`;
    const { outdir } = App.of(stack) as App;
    expect(readFileSync(join(outdir, folder, "index.mjs"), "utf8")).toContain(`"${bundle}"`);
    expect(Handler).toBe("index.handler");
  });

  test("runs on the Node.js and the processor that it is bundled and measured for", () => {
    expect([Runtime, ...Architectures]).toEqual(["nodejs24.x", "arm64"]);
  });

  test("has its own role: the other's grants are for the other", () => {
    expect(Role).toBe(`<${id}Role.Arn>`);
  });

  test("writes its lines alone, as JSON, to its own log, where the alarms count", () => {
    expect(LoggingConfig).toEqual({
      LogGroup: `<${id}Logs>`,
      LogFormat: "JSON",
      ApplicationLogLevel: "INFO",
      SystemLogLevel: "WARN",
    });
  });
});

describe("the watchdog's function", () => {
  const { Environment } = resolve(theOnly("AWS::Lambda::Function", "Watchdog").Properties);

  test("knows each resource by its own name: with the topics exchanged nobody gets its mails", () => {
    expect(Environment.Variables).toMatchObject({
      TABLE_NAME: "<Events>",
      ALERT_TOPIC_ARN: "<AlertTopic>",
      OPERATIONS_TOPIC_ARN: "<OperationsTopic>",
      SECRET_ID: "<Secret>",
      TOKEN_SECRET_ID: "<TokenSecret>",
      WEBHOOK_FUNCTION: "<Function>",
      STACK_ID: "<AWS::StackId>",
    });
  });

  test("is called once a day, and again after a failure", () => {
    const rule = resolve(theOnly("AWS::Events::Rule", "WatchdogRule").Properties);
    expect(rule).toMatchObject({ State: "ENABLED", ScheduleExpression: "cron(17 6 * * ? *)" });
    expect(rule.Targets).toEqual([
      {
        Id: "Target0",
        Arn: "<Watchdog.Arn>",
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 },
      },
    ]);
  });
});
