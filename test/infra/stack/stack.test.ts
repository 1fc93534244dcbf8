import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { parseSettings } from "../../../infra/stack/settings.ts";
import { parseConfig } from "../../../lambda/shared/config.ts";
import { EVERY_PART, EVERY_SUBSCRIBER, synthesise } from "../../support/synthesise.ts";
import { resolve, toText } from "../../support/template-text.ts";

const { template, all, ofType, theOnly } = synthesise(EVERY_SUBSCRIBER);

describe("the address", () => {
  test("has one function behind all its routes, which are handed over in format 2.0", () => {
    expect(resolve(theOnly("AWS::ApiGatewayV2::Integration").Properties)).toMatchObject({
      IntegrationUri: "<Function.Arn>",
      IntegrationType: "AWS_PROXY",
      PayloadFormatVersion: "2.0",
    });
    const routes = ofType("AWS::ApiGatewayV2::Route").map(({ Properties }) => resolve(Properties));
    for (const { Target, AuthorizationType } of routes) {
      expect(Target).toMatch(/^integrations\/</);
      expect(AuthorizationType).toBe("NONE");
    }
  });

  test("has a throttle for each route, so that a flood of pages never turns Meta away", () => {
    const page = { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 40 };
    const stage = theOnly("AWS::ApiGatewayV2::Stage");
    expect(stage.Properties).toMatchObject({
      StageName: "$default",
      AutoDeploy: true,
      DefaultRouteSettings: page,
    });
    expect(stage.Properties.RouteSettings).toEqual({
      "GET /incident": page,
      "GET /webhook": page,
      "POST /incident": page,
      "POST /webhook": { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
    });
    const routes = Object.keys(all).filter((id) => all[id]?.Type === "AWS::ApiGatewayV2::Route");
    expect(stage.DependsOn).toEqual(expect.arrayContaining(routes));
  });

  test("logs who called, as JSON and without the query string's tokens and codes", () => {
    const { AccessLogSettings } = theOnly("AWS::ApiGatewayV2::Stage").Properties;
    expect(JSON.parse(AccessLogSettings.Format)).toEqual({
      requestId: "$context.requestId",
      requestTime: "$context.requestTime",
      ip: "$context.identity.sourceIp",
      routeKey: "$context.routeKey",
      status: "$context.status",
      latency: "$context.responseLatency",
      integrationError: "$context.integrationErrorMessage",
    });
    expect(toText(AccessLogSettings.DestinationArn)).toBe("<AccessLogs.Arn>");
  });

  test("logs nobody, and throttles, as the settings say", () => {
    const { theOnly } = synthesise({
      accessLog: "false",
      throttle: { rateLimit: 7, burstLimit: 9 },
    });
    const { AccessLogSettings, RouteSettings } = theOnly("AWS::ApiGatewayV2::Stage").Properties;
    expect(AccessLogSettings).toBeUndefined();
    expect(RouteSettings["POST /webhook"]).toEqual({
      ThrottlingRateLimit: 7,
      ThrottlingBurstLimit: 9,
    });
  });
});

describe("the function", () => {
  const environmentOf = (settings: Readonly<Record<string, unknown>>) =>
    resolve(
      synthesise(settings).theOnly("AWS::Lambda::Function", "Function").Properties.Environment
        .Variables,
    );

  test("gets its resources and the settings", () => {
    expect(environmentOf(EVERY_SUBSCRIBER)).toEqual({
      TABLE_NAME: "<Events>",
      ALERT_TOPIC_ARN: "<AlertTopic>",
      SECRET_ID: "<Secret>",
      PUBLIC_URL: "<Api.ApiEndpoint>",
      STACK_NAME: "Webhook",
      ALERT_EVENTS: "PIN_CHANGED,PIN_RESET_REQUEST,PIN_REQUEST_SUCCESS",
      REPEAT_AFTER_MINUTES: "5,15,60,240",
      DEPLOYMENT_LABEL: "Webhook",
      NUMBER_LABELS: "{}",
    });
  });

  test.each([EVERY_SUBSCRIBER, EVERY_PART])("understands its environment: %j", (settings) => {
    const environment = { ...environmentOf(settings), AWS_LAMBDA_FUNCTION_NAME: "fn" };
    const publicUrl = environment.PUBLIC_URL.replace("<Api.ApiEndpoint>", "https://api.example");
    const parsed = parseSettings(settings);
    expect(parseConfig({ ...environment, PUBLIC_URL: publicUrl })).toMatchObject({
      tableName: "<Events>",
      alertTopicArn: "<AlertTopic>",
      functionName: "fn",
      publicUrl,
      alertEvents: parsed.alertEvents,
      repeatAfterMinutes: [5, 15, 60, 240],
      runbookUrl: "",
      label: "Webhook",
      stackName: "Webhook",
      protect: parsed.protect,
      numberLabels: parsed.numbers,
      ...(parsed.retentionDays && { retentionDays: parsed.retentionDays }),
    });
  });

  test.each([
    [{ alertEvents: "PIN_CHANGED" }, { ALERT_EVENTS: "PIN_CHANGED" }],
    [
      { alertEvents: "PIN_CHANGED,PIN_RESET_REQUEST" },
      { ALERT_EVENTS: "PIN_CHANGED,PIN_RESET_REQUEST" },
    ],
    [{ retentionDays: 400 }, { RETENTION_DAYS: "400" }],
    [{ repeatAfterMinutes: "off" }, { REPEAT_AFTER_MINUTES: "off" }],
    [{ repeatAfterMinutes: "1, 2" }, { REPEAT_AFTER_MINUTES: "1,2" }],
    [{ label: "Prod EU" }, { DEPLOYMENT_LABEL: "Prod EU" }],
    [{ runbookUrl: "https://wiki.example.com/a" }, { RUNBOOK_URL: "https://wiki.example.com/a" }],
    [
      { numbers: '{"15550783881":"Support DE"}' },
      { NUMBER_LABELS: '{"15550783881":"Support DE"}' },
    ],
  ])("gets %j", (settings, variables) => {
    expect(environmentOf(settings)).toMatchObject(variables);
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
      expect(group.DeletionPolicy).toBe("RetainExceptOnCreate");
      expect(group.UpdateReplacePolicy).toBe("Retain");
    }
  });

  test("of requests are vended logs, and their name is new each time the stack is made", () => {
    const names = ofType("AWS::Logs::LogGroup").map(({ Properties }) => Properties.LogGroupName);
    expect(names.map((name) => name && toText(name))).toEqual([
      "/aws/vendedlogs/Webhook-<0 of <2 of <AWS::StackId> by /> by ->/access",
      undefined,
      undefined,
    ]);
  });

  test("have the runbook's queries saved beside them", () => {
    const queries = ofType("AWS::Logs::QueryDefinition").map(
      ({ Properties: { Name, LogGroupNames, QueryString } }) =>
        `${Name} in ${toText(LogGroupNames)}\n${QueryString}`,
    );
    expect(`\n${queries.join("\n\n")}\n`).toMatchInlineSnapshot(`
      "
      Webhook/Causes in ["<FunctionLogs>"]
      stats sum(SecretUnavailable) as secretUnavailable, sum(EventStoreFailed) as notStored, sum(RelayFailed) as notClaimedOrMarked, sum(AlertPublishFailed) as notPublished, sum(IncidentFailed) as pageFailed, sum(PayloadRejected) as bodyNotUnderstood, sum(ChangeQuarantined) as changeOfAnotherForm, sum(UnknownEventStored) as unknownEvent by bin(5m)

      Webhook/Latest outcomes in ["<FunctionLogs>"]
      fields @timestamp, level, message, reason, count, requestId
      | filter message != 'outbox relayed' or level = 'ERROR'
      | sort @timestamp desc
      | limit 100

      Webhook/Failures in ["<FunctionLogs>"]
      fields @timestamp, @message
      | filter level = 'ERROR' or record.status != 'success' or ispresent(errorType)
      | sort @timestamp desc
      | limit 100

      Webhook/Refused requests in ["<FunctionLogs>"]
      filter message = 'request rejected'
      | stats sum(count) as requests by reason, bin(5m)

      Webhook/Who calls in ["<AccessLogs>"]
      stats count(*) as requests, max(latency) as slowest by ip, routeKey, status
      | sort requests desc
      | limit 50

      Webhook/Outbox by minute in ["<FunctionLogs>"]
      filter message = 'outbox relayed'
      | stats max(OutboxSize.0) as pending, max(OutboxAge.0) as oldestSeconds by bin(1m)
      "
    `);
  });
});

describe("the stack", () => {
  test("has an output for all that people and commands need", () => {
    const outputs = Object.entries(template.toJSON().Outputs).map(
      ([name, output]) => `${name}: ${toText((output as { Value: unknown }).Value)}`,
    );
    expect(`\n${outputs.sort().join("\n")}\n`).toMatchInlineSnapshot(`
      "
      AlertTopicArn: <AlertTopic>
      DashboardUrl: https://<Consoles.<AWS::Partition>.host>/cloudwatch/home?region=<AWS::Region>#dashboards/dashboard/<Dashboard>
      DeadLetterQueueUrl: <DeadLetters>
      FunctionName: <Function>
      LogGroupName: <FunctionLogs>
      OperationsTopicArn: <OperationsTopic>
      RelayRuleName: <RelayRule>
      SecretArn: <Secret>
      SecretName: Webhook-<0 of <2 of <AWS::StackId> by /> by ->
      SetAppSecretCommand: (printf 'App secret: ' && read -rs APP_SECRET && echo && READ=$(aws secretsmanager get-secret-value --region <AWS::Region> --secret-id <Secret> --query '{version:VersionId,text:SecretString}' --output json) && OLD=$(printf %s "$READ" | node -pe 'JSON.parse(require("fs").readFileSync(0, "utf8")).version') && SECRET=$(printf %s "$READ" | APP_SECRET="$APP_SECRET" node -e 'const secret = JSON.parse(JSON.parse(require("fs").readFileSync(0, "utf8")).text); const appSecret = process.env.APP_SECRET.trim(); if (!/^[0-9a-f]{32}$/.test(appSecret)) { console.error("A Meta app secret has 32 hexadecimal digits."); process.exit(1) }; secret.appSecrets = [...new Set([appSecret, ...(secret.appSecrets ?? [])])]; console.log(JSON.stringify(secret))') && NEW=$(printf %s "$SECRET" | aws secretsmanager put-secret-value --region <AWS::Region> --secret-id <Secret> --secret-string file:///dev/stdin --version-stages OPERATOR --query VersionId --output text) && aws secretsmanager update-secret-version-stage --region <AWS::Region> --secret-id <Secret> --version-stage AWSCURRENT --remove-from-version-id "$OLD" --move-to-version-id "$NEW" --query Name --output text)
      ShowVerifyTokenCommand: aws secretsmanager get-secret-value --region <AWS::Region> --secret-id <Secret> --query SecretString --output text | node -pe 'JSON.parse(require("fs").readFileSync(0, "utf8")).verifyToken'
      TableName: <Events>
      TokenSecretArn: <TokenSecret>
      WatchdogFunctionName: <Watchdog>
      WebhookUrl: <Api.ApiEndpoint>/webhook
      "
    `);
  });

  test("knows the console of each partition", () => {
    expect(template.toJSON().Mappings.Consoles).toEqual({
      aws: { host: "console.aws.amazon.com" },
      "aws-cn": { host: "console.amazonaws.cn" },
      "aws-us-gov": { host: "console.amazonaws-us-gov.com" },
    });
  });

  test("names nothing that a second stack in the account would name as well", () => {
    const names = JSON.stringify(Object.values(all).map(({ Properties }) => Properties));
    for (const property of ["TableName", "TopicName", "QueueName", "RoleName", "FunctionName"]) {
      expect(names).not.toMatch(new RegExp(`"${property}":"`));
    }
  });
});
