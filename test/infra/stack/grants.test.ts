import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../lambda/shared/config.ts";
import { parseWatchdogConfig } from "../../../lambda/watchdog/config.ts";
import { EVERY_SUBSCRIBER, synthesise } from "../../support/synthesise.ts";
import { resolve, toText } from "../../support/template-text.ts";

type Arn = string | object;

interface Statement {
  readonly Action: string | string[];
  readonly Condition?: object;
}

/** `dynamodb:Query Events/index/outbox`: an action and the resource by its id in the stack. */
function toGrants(
  settings: Readonly<Record<string, unknown>> = EVERY_SUBSCRIBER,
  id = "FunctionPolicy",
): string[] {
  const { theOnly } = synthesise(settings);
  const policy = theOnly("AWS::IAM::ManagedPolicy", id);
  return policy.Properties.PolicyDocument.Statement.flatMap(
    (statement: { Effect: string; Action: string | string[]; Resource: Arn | Arn[] }) => {
      expect(statement.Effect).toBe("Allow");
      const resources = [statement.Resource].flat().map(toName);
      return [statement.Action]
        .flat()
        .flatMap((action) => resources.map((on) => `${action} ${on}`));
    },
  ).sort();
}

/** `<Events.Arn>/index/outbox` as `Events/index/outbox`. */
function toName(arn: Arn): string {
  return toText(arn).replace(/^<(\w+?)(?:\.Arn)?>/, "$1");
}

const GRANTS = [
  // One read for a request of the incident page, whoever asks.
  "dynamodb:GetItem Events",
  "dynamodb:PutItem Events",
  // What happened to the number since, and its open events.
  "dynamodb:Query Events/index/byDisplayPhoneNumber",
  "dynamodb:Query Events/index/outbox",
  "dynamodb:UpdateItem Events",
  "kms:Decrypt Key",
  "kms:GenerateDataKey Key",
  "logs:CreateLogStream FunctionLogs",
  "logs:PutLogEvents FunctionLogs",
  "secretsmanager:GetSecretValue Secret",
  "sns:Publish AlertTopic",
];

const SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:meta/app-AbCdEf";

/** All roles and policies of a stack without a Slack channel are those of its two functions. */
describe("a role", () => {
  const { theOnly, all } = synthesise(EVERY_SUBSCRIBER);

  test.each(["Function", "Watchdog"])(
    "of the %s has its one policy, and Lambda alone takes it",
    (id) => {
      const role = theOnly("AWS::IAM::Role", `${id}Role`).Properties;
      expect(role.Policies).toBeUndefined();
      expect(role.ManagedPolicyArns.map(toText)).toEqual([`<${id}Policy>`]);
      const [statement, ...others] = role.AssumeRolePolicyDocument.Statement;
      expect(statement).toEqual({
        Action: "sts:AssumeRole",
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
      });
      expect(others).toEqual([]);
    },
  );

  test("is there for each function, and nothing else has one", () => {
    const types = Object.values(all).flatMap(
      ({ Type }) => Type.match(/^AWS::IAM::(.*)/)?.[1] ?? [],
    );
    expect(types.sort()).toEqual(["ManagedPolicy", "ManagedPolicy", "Role", "Role"]);
  });
});

describe("the function's role", () => {
  const { theOnly } = synthesise(EVERY_SUBSCRIBER);

  test("may do exactly this", () => {
    expect(toGrants()).toEqual(GRANTS);
  });

  test("may use the key only through the services that encrypt with it", () => {
    const policy = theOnly("AWS::IAM::ManagedPolicy", "FunctionPolicy");
    const [statement] = policy.Properties.PolicyDocument.Statement.filter(
      ({ Action }: { Action: string | string[] }) => Action.includes("kms:Decrypt"),
    );
    expect(statement.Condition.StringEquals["kms:ViaService"].map(toText)).toEqual([
      "dynamodb.<AWS::Region>.<AWS::URLSuffix>",
      "sns.<AWS::Region>.<AWS::URLSuffix>",
      "secretsmanager.<AWS::Region>.<AWS::URLSuffix>",
    ]);
    expect(Object.keys(statement.Condition)).toEqual(["StringEquals"]);
  });

  test("may use an existing secret's key only through Secrets Manager", () => {
    const secretKeyArn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd";
    const { theOnly } = synthesise({ secretArn: SECRET_ARN, secretKeyArn });
    const { Statement } = theOnly("AWS::IAM::ManagedPolicy", "FunctionPolicy").Properties
      .PolicyDocument;
    const [statement] = Statement.filter(
      ({ Resource }: { Resource: Arn }) => Resource === secretKeyArn,
    );
    expect(resolve(statement.Condition)).toEqual({
      StringEquals: { "kms:ViaService": ["secretsmanager.<AWS::Region>.<AWS::URLSuffix>"] },
    });
  });

  test("may read an existing secret and use its key, and no secret besides", () => {
    const secretKeyArn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd";
    const others = GRANTS.filter((grant) => !grant.startsWith("secretsmanager:"));
    expect(toGrants({ secretArn: SECRET_ARN, secretKeyArn })).toEqual(
      [
        ...others,
        `kms:Decrypt ${secretKeyArn}`,
        `secretsmanager:GetSecretValue ${SECRET_ARN}`,
      ].sort(),
    );
  });
});

const WATCHDOG_GRANTS = [
  "cloudformation:GetTemplate <AWS::StackId>",
  // What has a star knows no resource: see infra/stack/watchdog-grants.ts.
  "cloudwatch:DescribeAlarms *",
  "cloudwatch:GetMetricStatistics *",
  // An account's part of its memory, once the account is gone.
  "dynamodb:DeleteItem Events",
  "dynamodb:DescribeTable Events",
  // The dashboard's buttons: an alert is read and answered, with its number's others.
  "dynamodb:GetItem Events",
  "dynamodb:PutItem Events",
  // Its own memory, see below; and the last test.
  "dynamodb:Query Events",
  "dynamodb:Query Events/index/byDisplayPhoneNumber",
  "dynamodb:Query Events/index/byEvent",
  "dynamodb:Query Events/index/outbox",
  "dynamodb:UpdateItem Events",
  "kms:Decrypt Key",
  "kms:DescribeKey Key",
  "kms:GenerateDataKey Key",
  "logs:CreateLogStream WatchdogLogs",
  "logs:PutLogEvents WatchdogLogs",
  "secretsmanager:GetSecretValue Secret",
  "secretsmanager:GetSecretValue TokenSecret",
  "sns:GetSMSAttributes *",
  "sns:GetSMSSandboxAccountStatus *",
  "sns:GetSubscriptionAttributes AlertTopic",
  "sns:GetSubscriptionAttributes OperationsTopic",
  "sns:ListSMSSandboxPhoneNumbers *",
  "sns:ListSubscriptionsByTopic AlertTopic",
  "sns:ListSubscriptionsByTopic OperationsTopic",
  "sns:Publish AlertTopic",
  "sns:Publish OperationsTopic",
];

describe("the watchdog's role", () => {
  const { theOnly } = synthesise(EVERY_SUBSCRIBER);
  const { Statement } = theOnly("AWS::IAM::ManagedPolicy", "WatchdogPolicy").Properties
    .PolicyDocument;
  const find = (action: string) =>
    Statement.filter(({ Action }: { Action: string | string[] }) =>
      [Action].flat().includes(action),
    );

  test("may do exactly this", () => {
    expect(toGrants(EVERY_SUBSCRIBER, "WatchdogPolicy")).toEqual(WATCHDOG_GRANTS);
  });

  test("answers alerts only where there is a dashboard, and changes nothing of an event", () => {
    const [update] = find("dynamodb:UpdateItem");
    expect(update.Condition["ForAllValues:StringEquals"]["dynamodb:Attributes"].sort()).toEqual(
      // Of an answer's one update; keys have to be named too.
      "alert alertAttempts announcedAnswers answers claimToken dueAt eventKey expiresAt outbox wabaId".split(
        " ",
      ),
    );
    const without = toGrants({ ...EVERY_SUBSCRIBER, dashboard: "false" }, "WatchdogPolicy");
    expect(without.filter((grant) => /UpdateItem|byDisplayPhoneNumber/.test(grant))).toEqual([]);
  });

  test("writes nothing else of the table but its own memory", () => {
    const [write] = find("dynamodb:PutItem");
    expect(write.Action).toEqual(["dynamodb:DeleteItem", "dynamodb:PutItem"]);
    expect(write.Condition).toEqual({
      "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["watchdog"] },
    });
    const onTable = find("dynamodb:Query").filter(
      ({ Condition }: { Condition?: object }) => Condition,
    );
    expect(onTable).toHaveLength(1);
    expect(onTable[0].Condition).toEqual({
      "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["0", "watchdog", "protect"] },
    });
  });

  test("with the setting protect stores PINs, reads none back, and claims the runs", () => {
    const settings = { ...EVERY_SUBSCRIBER, protect: "true" };
    const pins =
      "arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/whatsapp-pins/Webhook/*";
    const more = toGrants(settings, "WatchdogPolicy").filter((g) => !WATCHDOG_GRANTS.includes(g));
    expect(more).toEqual(["kms:Encrypt Key", `ssm:PutParameter ${pins}`]);
    const { PolicyDocument } = synthesise(settings).theOnly(
      "AWS::IAM::ManagedPolicy",
      "WatchdogPolicy",
    ).Properties;
    const statements = (resolve(PolicyDocument) as { Statement: Statement[] }).Statement;
    const conditionsOf = (action: string) =>
      statements.filter(({ Action }) => [Action].flat().includes(action)).map((s) => s.Condition);
    expect(conditionsOf("kms:Encrypt")).toEqual([
      { StringEquals: { "kms:ViaService": ["ssm.<AWS::Region>.<AWS::URLSuffix>"] } },
    ]);
    expect(JSON.stringify(conditionsOf("kms:Decrypt")), "PINs stay encrypted").not.toContain("ssm");
    expect(conditionsOf("dynamodb:UpdateItem")).toContainEqual({
      "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["protect"] },
    });
  });

  test("is asked for PINs by an alias of its own, which only the setting makes", () => {
    const { theOnly } = synthesise({ ...EVERY_SUBSCRIBER, protect: "true" });
    const alias = theOnly("AWS::Lambda::Alias", "ProtectAlias").Properties;
    expect([alias.Name, alias.FunctionVersion]).toEqual(["protect", "$LATEST"]);
    expect(toText(alias.FunctionName)).toBe("<Watchdog>");
    const without = synthesise(EVERY_SUBSCRIBER);
    expect(without.ofType("AWS::Lambda::Alias")).toEqual([]);
    expect(JSON.stringify(without.template.toJSON())).not.toMatch(/ssm:|whatsapp-pins|"PROTECT"/);
  });

  test("is started by the webhook's function by one alias, only with the setting protectByLink", () => {
    const settings = { ...EVERY_SUBSCRIBER, protect: "true", protectByLink: "true" };
    const { theOnly } = synthesise(settings);
    const part = (type: string, id: string) => resolve(theOnly(type, id).Properties);
    const alias = theOnly("AWS::Lambda::Alias", "ProtectByLinkAlias").Properties;
    expect([alias.Name, toText(alias.FunctionName)]).toEqual(["protect-by-link", "<Watchdog>"]);
    expect(toGrants(settings)).toEqual(GRANTS);
    expect(toGrants(settings, "ProtectByLinkPolicy")).toEqual([
      "lambda:InvokeFunction ProtectByLinkAlias",
    ]);
    expect(part("AWS::IAM::ManagedPolicy", "ProtectByLinkPolicy")).toMatchObject({
      Roles: ["<FunctionRole>"],
    });
    expect(part("AWS::Lambda::EventInvokeConfig", "ProtectByLinkOnce")).toEqual({
      FunctionName: "<Watchdog>",
      Qualifier: "protect-by-link",
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
    expect(part("AWS::ApiGatewayV2::Stage", "Stage")).toMatchObject({
      StageVariables: {
        protectByLink:
          "https://lambda.<AWS::Region>.<AWS::URLSuffix>/2015-03-31/functions/<Watchdog>/invocations?Qualifier=protect-by-link",
      },
    });
    const without = synthesise({ ...EVERY_SUBSCRIBER, protect: "true" });
    expect(JSON.stringify(without.template.toJSON())).not.toMatch(/by-?_?link/i);
  });

  test("is the only one that may read the system-user token", () => {
    const policy = theOnly("AWS::SecretsManager::ResourcePolicy", "TokenSecretPolicy").Properties;
    expect(toText(policy.SecretId)).toBe("<TokenSecret>");
    expect(resolve(policy.ResourcePolicy.Statement)).toEqual([
      {
        Sid: "WatchdogOnly",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "secretsmanager:GetSecretValue",
        Resource: "*",
        Condition: { ArnNotEquals: { "aws:PrincipalArn": "<WatchdogRole.Arn>" } },
      },
    ]);
  });
});

describe("the watchdog's function", () => {
  const heartbeatUrl = "https://hc-ping.com/0a1b2c3d";
  const { template, theOnly } = synthesise({ ...EVERY_SUBSCRIBER, heartbeatUrl });

  test("gets the heartbeat address, and no output or other resource shows it", () => {
    const { Variables } = theOnly("AWS::Lambda::Function", "Watchdog").Properties.Environment;
    expect(Variables.HEARTBEAT_URL).toBe(heartbeatUrl);
    const text = JSON.stringify(template.toJSON());
    expect(text.split(heartbeatUrl)).toHaveLength(2);
  });

  test("understands its environment", () => {
    const { Variables } = resolve(
      theOnly("AWS::Lambda::Function", "Watchdog").Properties.Environment,
    ) as { Variables: Record<string, string> };
    const stackId = "arn:aws:cloudformation:eu-west-1:111122223333:stack/Hooks/1-2";
    const env = { ...Variables, STACK_ID: stackId, PUBLIC_URL: "https://hooks.example" };
    expect(parseWatchdogConfig(env)).toMatchObject({
      stackId,
      stackName: "Hooks",
      webhookUrl: "https://hooks.example/webhook",
      heartbeatUrl,
    });
    expect(parseConfig(env).label).toBe("Webhook");
  });
});

test("the API's four routes and a rule each call the functions, and nobody else", () => {
  const { ofType } = synthesise();
  const api = "arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<Api>";
  const callers = ofType("AWS::Lambda::Permission").map(({ Properties }) => {
    const { Action, FunctionName, Principal, SourceArn } = resolve(Properties);
    expect(Action).toBe("lambda:InvokeFunction");
    return `${FunctionName} ${Principal} ${SourceArn.replace(api, "API")}`;
  });
  expect(callers.sort()).toEqual([
    "<Function.Arn> apigateway.amazonaws.com API/*/*/incident",
    "<Function.Arn> apigateway.amazonaws.com API/*/*/incident",
    "<Function.Arn> apigateway.amazonaws.com API/*/*/webhook",
    "<Function.Arn> apigateway.amazonaws.com API/*/*/webhook",
    "<Function.Arn> events.amazonaws.com <RelayRule.Arn>",
    "<Watchdog.Arn> events.amazonaws.com <WatchdogRule.Arn>",
  ]);
  const routes = ofType("AWS::ApiGatewayV2::Route").map(({ Properties }) => Properties.RouteKey);
  const paths = ["GET /incident", "GET /webhook", "POST /incident", "POST /webhook"];
  expect(routes.sort()).toEqual(paths);
});
