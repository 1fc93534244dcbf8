import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import type { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { PROTECT } from "../../../lambda/shared/names.ts";
import { EVERY_PART, EVERY_SUBSCRIBER, synthesise } from "../../support/synthesise.ts";
import { resolve, toPolicyLines, toText } from "../../support/template-text.ts";

const { template, all, ofType, propertiesOf } = synthesise(EVERY_SUBSCRIBER);
const everything = synthesise(EVERY_PART);

/** The stack's outputs, but for the commands: secret-commands.test.ts. */
function outputsOf(template: Template): Record<string, string> {
  const outputs = Object.entries<{ Value: unknown }>(template.toJSON().Outputs);
  const others = outputs.filter(([name]) => !name.endsWith("Command"));
  return Object.fromEntries(others.map(([name, { Value }]) => [name, toText(Value)]));
}

describe("the address", () => {
  test("has one function behind all its routes, which are handed over in format 2.0", () => {
    const integrations = ofType("AWS::ApiGatewayV2::Integration");
    expect(integrations.map(({ Properties }) => resolve(Properties))).toMatchObject([
      {
        IntegrationUri: "<Function.Arn>",
        IntegrationType: "AWS_PROXY",
        PayloadFormatVersion: "2.0",
      },
    ]);
    const routes = ofType("AWS::ApiGatewayV2::Route").map(({ Properties }) => resolve(Properties));
    for (const { Target, AuthorizationType } of routes) {
      expect([Target, AuthorizationType]).toEqual([
        expect.stringMatching(/^integrations\/</),
        "NONE",
      ]);
    }
  });

  test("has a throttle for each route, so that a flood of pages never turns Meta away", () => {
    const page = { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 40 };
    expect(propertiesOf("Stage")).toMatchObject({
      StageName: "$default",
      AutoDeploy: true,
      DefaultRouteSettings: page,
      RouteSettings: {
        "GET /incident": page,
        "GET /webhook": page,
        "POST /incident": page,
        "POST /webhook": { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
      },
    });
    const routes = Object.keys(all).filter((id) => all[id]?.Type === "AWS::ApiGatewayV2::Route");
    const [stage] = ofType("AWS::ApiGatewayV2::Stage");
    expect(stage?.DependsOn).toEqual(expect.arrayContaining(routes));
  });

  test("logs who called, as JSON and without the query string's tokens and codes", () => {
    const { DestinationArn, Format } = propertiesOf("Stage").AccessLogSettings;
    expect(DestinationArn).toBe("<AccessLogs.Arn>");
    expect(Object.values(JSON.parse(Format))).toMatchSnapshot();
  });

  test("logs nobody, and throttles, as the settings say", () => {
    const throttle = { rateLimit: 7, burstLimit: 9 };
    const stage = synthesise({ accessLog: "false", throttle }).propertiesOf("Stage");
    expect(stage.AccessLogSettings).toBeUndefined();
    expect(Object.values(stage.RouteSettings["POST /webhook"])).toEqual([7, 9]);
  });
});

describe("with a domain of one's own", () => {
  const { domainName, certificateArn, hostedZoneId } = EVERY_PART;

  test("the API is mapped to it, with its certificate and no TLS before 1.2", () => {
    expect(everything.propertiesOf("Domain")).toEqual({
      DomainName: domainName,
      DomainNameConfigurations: [
        { CertificateArn: certificateArn, EndpointType: "REGIONAL", SecurityPolicy: "TLS_1_2" },
      ],
    });
    const mapping = { ApiId: "<Api>", DomainName: "<Domain>", Stage: "$default" };
    expect(everything.propertiesOf("DomainMapping")).toEqual(mapping);
  });

  test("the hosted zone gets its record; without one an output says where it must point to", () => {
    const DNSName = "<Domain.RegionalDomainName>";
    expect(everything.propertiesOf("DomainRecord")).toEqual({
      HostedZoneId: hostedZoneId,
      Name: "<Domain>",
      Type: "A",
      AliasTarget: { DNSName, HostedZoneId: "<Domain.RegionalHostedZoneId>" },
    });
    expect(outputsOf(everything.template)).not.toHaveProperty("DomainTarget");
    const without = synthesise({ domainName, certificateArn });
    expect(without.ofType("AWS::Route53::RecordSet")).toEqual([]);
    expect(outputsOf(without.template).DomainTarget).toBe(DNSName);
  });

  test("the callback URL and the links of messages are there", () => {
    expect(outputsOf(everything.template).WebhookUrl).toBe("https://whatsapp.example.com/webhook");
    const { PUBLIC_URL } = everything.propertiesOf("Function").Environment.Variables;
    expect(PUBLIC_URL).toBe("https://whatsapp.example.com");
  });

  test("API Gateway's own address stays unless a setting says otherwise", () => {
    expect(everything.propertiesOf("Api").DisableExecuteApiEndpoint).toBe(false);
    const settings = { domainName, certificateArn, defaultEndpoint: "false" };
    expect(synthesise(settings).propertiesOf("Api").DisableExecuteApiEndpoint).toBe(true);
  });
});

describe("with a Slack channel", () => {
  test("both topics are posted there", () => {
    expect(everything.propertiesOf("SlackChannel")).toEqual({
      ConfigurationName: "Webhook",
      SlackWorkspaceId: "T01234567",
      SlackChannelId: "C01234567",
      SnsTopicArns: ["<AlertTopic>", "<OperationsTopic>"],
      IamRoleArn: "<SlackRole.Arn>",
      GuardrailPolicies: ["arn:<AWS::Partition>:iam::aws:policy/AWSDenyAll"],
    });
  });

  test("its members may do nothing in AWS: the role has no policy", () => {
    const { AssumeRolePolicyDocument, ...others } = everything.propertiesOf("SlackRole");
    expect(others).toEqual({});
    expect(toPolicyLines(AssumeRolePolicyDocument)).toEqual([
      "Allow chatbot.amazonaws.com: sts:AssumeRole",
    ]);
    const policies = everything.ofType("AWS::IAM::ManagedPolicy");
    expect(JSON.stringify(policies.map(({ Properties }) => Properties.Roles))).not.toMatch(/Slack/);
  });
});

/** By its construct's id: a function, its rule, its log and its role are named alike. */
describe.each([
  // It answers Meta within seconds; a tick has a minute.
  ["Function", "webhook", 60, { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }],
  // It has time for Meta's lists of thousands of numbers, and there is only one run a day.
  ["Watchdog", "watchdog", 600, { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 3600 }],
])("the function %s", (id, bundle, Timeout, limits) => {
  const { Code, Environment: _, Description: __, ...others } = everything.propertiesOf(id);

  test("has its own role and log, time, memory, and no share of the account's concurrency", () => {
    expect(others).toEqual({
      Handler: "index.handler",
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Timeout,
      MemorySize: 1024,
      Role: `<${id}Role.Arn>`,
      LoggingConfig: {
        LogGroup: `<${id}Logs>`,
        LogFormat: "JSON",
        ApplicationLogLevel: "INFO",
        SystemLogLevel: "WARN",
      },
    });
  });

  test("has limits for calls whose caller does not wait", () => {
    const configs = everything
      .ofType("AWS::Lambda::EventInvokeConfig")
      .map(({ Properties }) => resolve(Properties))
      .filter(({ FunctionName }) => FunctionName === `<${id}>`)
      // The limits of what comes by link: grants.test.ts.
      .filter(({ Qualifier }) => Qualifier !== PROTECT.linkAlias);
    expect(configs).toEqual([{ FunctionName: `<${id}>`, Qualifier: "$LATEST", ...limits }]);
  });

  test("runs its own bundle: with the other's it would answer nothing", () => {
    const folder = `asset.${Code.S3Key.replace(".zip", "")}`;
    const { outdir } = App.of(everything.stack) as App;
    expect(readFileSync(join(outdir, folder, "index.mjs"), "utf8")).toContain(`"${bundle}"`);
  });
});

describe("the environment", () => {
  const environmentOf = (settings: Readonly<Record<string, unknown>>, id = "Function") =>
    synthesise(settings).propertiesOf(id).Environment.Variables;

  test("of the function has its resources and the settings", () => {
    expect(environmentOf({ ...EVERY_SUBSCRIBER, repeatAfterMinutes: "7,21" })).toMatchSnapshot();
  });

  test("of the watchdog has each resource by its own name: else nobody gets its mails", () => {
    expect(environmentOf(EVERY_PART, "Watchdog")).toMatchObject({
      TABLE_NAME: "<Events>",
      ALERT_TOPIC_ARN: "<AlertTopic>",
      OPERATIONS_TOPIC_ARN: "<OperationsTopic>",
      SECRET_ID: "<Secret>",
      TOKEN_SECRET_ID: "<TokenSecret>",
      WEBHOOK_FUNCTION: "<Function>",
      STACK_ID: "<AWS::StackId>",
    });
  });

  test.each([
    ["alertEvents", "PIN_CHANGED,PIN_RESET_REQUEST", "ALERT_EVENTS", undefined],
    ["retentionDays", 400, "RETENTION_DAYS", "400"],
    ["repeatAfterMinutes", "off", "REPEAT_AFTER_MINUTES", undefined],
    ["repeatAfterMinutes", "1, 2", "REPEAT_AFTER_MINUTES", "1,2"],
    ["label", "Prod EU", "DEPLOYMENT_LABEL", undefined],
    ["runbookUrl", "https://wiki.example.com/a", "RUNBOOK_URL", undefined],
    ["numbers", '{"15550783881":"Support DE"}', "NUMBER_LABELS", undefined],
  ])("has the setting %s %j as %s", (setting, value, name, text) => {
    expect(environmentOf({ [setting]: value })[name]).toBe(text ?? value);
  });
});

test.each([
  // The tick comes with the event as EventBridge makes it, and the next one does what this did not.
  ["RelayRule", "rate(1 minute)", "<Function.Arn>", 0, 60],
  ["WatchdogRule", "cron(17 6 * * ? *)", "<Watchdog.Arn>", 2, 3600],
])(
  "the rules %s calls at %s, and again after a failure or not",
  (id, ScheduleExpression, Arn, ...limits) => {
    const [MaximumRetryAttempts, MaximumEventAgeInSeconds] = limits;
    const RetryPolicy = { MaximumRetryAttempts, MaximumEventAgeInSeconds };
    expect(propertiesOf(id)).toMatchObject({ State: "ENABLED", ScheduleExpression });
    expect(propertiesOf(id).Targets).toEqual([{ Id: "Target0", Arn, RetryPolicy }]);
  },
);

describe("the logs", () => {
  test("are kept a year", () => {
    const groups = ofType("AWS::Logs::LogGroup");
    expect(groups.map(({ Properties }) => Properties.RetentionInDays)).toEqual([365, 365, 365]);
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
    expect(`\n${queries.join("\n\n")}\n`).toMatchSnapshot();
  });
});

describe("the stack", () => {
  test("has an output for all that people and commands need", () => {
    expect(outputsOf(template)).toMatchSnapshot();
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
    expect(names).not.toMatch(/"(TableName|TopicName|QueueName|RoleName|FunctionName)":"/);
  });
});
