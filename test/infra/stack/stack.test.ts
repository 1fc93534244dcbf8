import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { EVERY_SUBSCRIBER, synthesise } from "../../support/synthesise.ts";

const { template, all, ofType, theOnly } = synthesise(EVERY_SUBSCRIBER);

describe("the address", () => {
  test("has two routes and nothing else", () => {
    const routes = ofType("AWS::ApiGatewayV2::Route").map(({ Properties }) => Properties.RouteKey);
    expect(routes.sort()).toEqual(["GET /webhook", "POST /webhook"]);
  });

  test("hands requests over in payload format 2.0", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Integration", {
      PayloadFormatVersion: "2.0",
    });
  });

  test("is throttled", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      StageName: "$default",
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
    });
  });

  test("logs who called, as JSON and without the verify token's query string", () => {
    const stage = theOnly("AWS::ApiGatewayV2::Stage");
    const format = stage.Properties.AccessLogSettings.Format;
    expect(Object.keys(JSON.parse(format))).toContain("ip");
    expect(format).not.toMatch(/query|path|uri/i);
  });
});

describe("the function", () => {
  test("runs the bundle on Node.js 24, arm64, with the designed limits", () => {
    template.hasResourceProperties("AWS::Lambda::Function", {
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      Timeout: 15,
      MemorySize: 512,
      ReservedConcurrentExecutions: Match.absent(),
    });
  });

  test("is told its parts by the names that it reads", () => {
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: {
        Variables: {
          TABLE_NAME: { Ref: Match.stringLikeRegexp("^Events") },
          ALERT_TOPIC_ARN: { Ref: Match.stringLikeRegexp("^AlertTopic") },
          SECRET_ID: { Ref: Match.stringLikeRegexp("^Secret") },
          ALERT_EVENTS: "PIN_RESET_REQUEST,PIN_REQUEST_SUCCESS",
          RETENTION_DAYS: Match.absent(),
        },
      },
    });
  });

  test("is told of a retention only when there is one", () => {
    synthesise({ retentionDays: 400 }).template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: { RETENTION_DAYS: "400" } },
    });
  });

  test("does not repeat a tick that failed: the next one comes anyway", () => {
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });

  test("leaves Lambda's own lines out of the log, so that a flood costs no more than ours", () => {
    template.hasResourceProperties("AWS::Lambda::Function", {
      LoggingConfig: { LogFormat: "JSON", ApplicationLogLevel: "INFO", SystemLogLevel: "WARN" },
    });
  });
});

describe("the relay's rule", () => {
  test("ticks once a minute with the event as EventBridge makes it", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      ScheduleExpression: "rate(1 minute)",
      State: "ENABLED",
      Targets: [
        Match.objectLike({
          Arn: { "Fn::GetAtt": [Match.stringLikeRegexp("^Function"), "Arn"] },
          Input: Match.absent(),
          InputPath: Match.absent(),
          InputTransformer: Match.absent(),
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        }),
      ],
    });
  });
});

describe("the logs", () => {
  test("are kept a year and outlive the stack", () => {
    for (const group of ofType("AWS::Logs::LogGroup")) {
      expect(group.Properties.RetentionInDays).toBe(365);
      expect(group.DeletionPolicy).toBe("Retain");
    }
  });

  test("have the runbook's queries saved beside them", () => {
    expect(ofType("AWS::Logs::QueryDefinition")).toHaveLength(5);
  });
});

describe("the stack", () => {
  test("tells people and commands what they need to know", () => {
    expect(Object.keys(template.toJSON().Outputs).sort()).toEqual([
      "AlertTopicArn",
      "DashboardUrl",
      "DeadLetterQueueUrl",
      "FunctionName",
      "LogGroupName",
      "OperationsTopicArn",
      "RelayRuleName",
      "SecretArn",
      "SecretName",
      "SetAppSecretCommand",
      "ShowVerifyTokenCommand",
      "TableName",
      "WebhookUrl",
    ]);
  });

  test("names nothing that a second stack in the account would name as well", () => {
    const names = JSON.stringify(Object.values(all).map(({ Properties }) => Properties));
    for (const property of ["TableName", "TopicName", "QueueName", "RoleName", "FunctionName"]) {
      expect(names).not.toMatch(new RegExp(`"${property}":"`));
    }
  });
});
