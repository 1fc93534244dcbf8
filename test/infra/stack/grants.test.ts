import { describe, expect, test } from "vitest";
import { ATTRIBUTE } from "../../../lambda/shared/item-names.ts";
import { EVERY_SUBSCRIBER, synthesise } from "../../support/synthesise.ts";
import { resolve, toPolicyLines } from "../../support/template-text.ts";

type Settings = Readonly<Record<string, unknown>>;

/** All that the policy of this id allows, with its conditions. */
function toGrants(id: string, settings: Settings = EVERY_SUBSCRIBER): string[] {
  return toPolicyLines(synthesise(settings).propertiesOf(id).PolicyDocument);
}

/** What these settings add to what the watchdog may do, and what they take away. */
function toDifference(settings: Settings) {
  const grants = toGrants("WatchdogPolicy", { ...EVERY_SUBSCRIBER, ...settings });
  return {
    more: grants.filter((grant) => !WATCHDOG_GRANTS.includes(grant)),
    less: WATCHDOG_GRANTS.filter((grant) => !grants.includes(grant)),
  };
}

const through = (service: string) => `${service}.<AWS::Region>.<AWS::URLSuffix>`;
const VIA_ALL = ["dynamodb", "secretsmanager", "sns"].map(through).join(" ");
const KEY_GRANT = `Allow kms:Decrypt kms:GenerateDataKey on <Key.Arn> if StringEquals kms:ViaService ${VIA_ALL}`;
const ONLY_KEYS = "if ForAllValues:StringEquals dynamodb:LeadingKeys";
const { wabaId, eventKey, alert, answers, announcedAnswers, expiresAt } = ATTRIBUTE;
const CLAIM = [ATTRIBUTE.alertAttempts, ATTRIBUTE.claimToken, ATTRIBUTE.dueAt, ATTRIBUTE.outbox];
const ANSWER = [...CLAIM, wabaId, eventKey, alert, answers, announcedAnswers, expiresAt].sort();

const FUNCTION_GRANTS = [
  // One read for a request of the incident page, whoever asks.
  "Allow dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem on <Events.Arn>",
  // What happened to the number since, and its open events.
  "Allow dynamodb:Query on <Events.Arn>/index/byDisplayPhoneNumber <Events.Arn>/index/outbox",
  KEY_GRANT,
  "Allow logs:CreateLogStream logs:PutLogEvents on <FunctionLogs.Arn>",
  "Allow secretsmanager:GetSecretValue on <Secret>",
  "Allow sns:Publish on <AlertTopic>",
];

const WATCHDOG_GRANTS = [
  "Allow cloudformation:GetTemplate on <AWS::StackId>",
  // What has a star knows no resource: see infra/stack/watchdog-grants.ts.
  "Allow cloudwatch:DescribeAlarms cloudwatch:GetMetricStatistics sns:GetSMSAttributes sns:GetSMSSandboxAccountStatus sns:ListSMSSandboxPhoneNumbers on *",
  // It writes nothing else of the table but its own memory, and of an event only an answer.
  `Allow dynamodb:DeleteItem dynamodb:PutItem on <Events.Arn> ${ONLY_KEYS} watchdog`,
  "Allow dynamodb:DescribeTable dynamodb:GetItem on <Events.Arn>",
  `Allow dynamodb:Query on <Events.Arn> ${ONLY_KEYS} 0 protect watchdog`,
  "Allow dynamodb:Query on <Events.Arn>/index/byDisplayPhoneNumber <Events.Arn>/index/byEvent <Events.Arn>/index/outbox",
  `Allow dynamodb:UpdateItem on <Events.Arn> if ForAllValues:StringEquals dynamodb:Attributes ${ANSWER.join(" ")}`,
  KEY_GRANT,
  "Allow kms:DescribeKey on <Key.Arn>",
  "Allow logs:CreateLogStream logs:PutLogEvents on <WatchdogLogs.Arn>",
  "Allow secretsmanager:GetSecretValue on <Secret> <TokenSecret>",
  "Allow sns:GetSubscriptionAttributes sns:ListSubscriptionsByTopic sns:Publish on <AlertTopic> <OperationsTopic>",
];

test.each(["Function", "Watchdog"])("the role of the %s has one policy, for Lambda alone", (id) => {
  const { AssumeRolePolicyDocument, ...others } = synthesise().propertiesOf(`${id}Role`);
  expect(others).toEqual({ ManagedPolicyArns: [`<${id}Policy>`] });
  expect(toPolicyLines(AssumeRolePolicyDocument)).toEqual([
    "Allow lambda.amazonaws.com: sts:AssumeRole",
  ]);
});

describe("the function's role", () => {
  test("may do exactly this", () => {
    expect(toGrants("FunctionPolicy")).toEqual(FUNCTION_GRANTS.toSorted());
  });

  test("may read an existing secret and use its key through Secrets Manager, and no other", () => {
    const secretArn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:meta/app-AbCdEf";
    const secretKeyArn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd";
    const expected = [
      ...FUNCTION_GRANTS.filter((grant) => !grant.includes("<Secret>")),
      `Allow kms:Decrypt on ${secretKeyArn} if StringEquals kms:ViaService ${through("secretsmanager")}`,
      `Allow secretsmanager:GetSecretValue on ${secretArn}`,
    ];
    const grants = toGrants("FunctionPolicy", { secretArn, secretKeyArn });
    expect(grants).toEqual(expected.sort());
  });
});

describe("the watchdog's role", () => {
  test("may do exactly this", () => {
    expect(toGrants("WatchdogPolicy")).toEqual(WATCHDOG_GRANTS.toSorted());
  });

  test("answers alerts only where there is a dashboard", () => {
    expect(toDifference({ dashboard: "false" })).toEqual({
      more: [
        "Allow dynamodb:DescribeTable on <Events.Arn>",
        "Allow dynamodb:Query on <Events.Arn>/index/byEvent <Events.Arn>/index/outbox",
      ],
      less: [
        "Allow dynamodb:DescribeTable dynamodb:GetItem on <Events.Arn>",
        expect.stringContaining("/index/byDisplayPhoneNumber"),
        expect.stringContaining("dynamodb:UpdateItem"),
      ],
    });
  });

  test("with the setting protect stores PINs, reads none back, and claims the runs", () => {
    const pins =
      "arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/whatsapp-pins/Webhook/*";
    expect(toDifference({ protect: "true" })).toEqual({
      more: [
        `Allow dynamodb:GetItem dynamodb:UpdateItem on <Events.Arn> ${ONLY_KEYS} protect`,
        `Allow kms:Encrypt on <Key.Arn> if StringEquals kms:ViaService ${through("ssm")}`,
        `Allow ssm:PutParameter on ${pins}`,
      ],
      less: [],
    });
  });

  test("is the only one that may read the system-user token", () => {
    const { SecretId, ResourcePolicy } = synthesise().propertiesOf("TokenSecretPolicy");
    expect(SecretId).toBe("<TokenSecret>");
    expect(toPolicyLines(ResourcePolicy)).toEqual([
      "Deny *: secretsmanager:GetSecretValue on * if ArnNotEquals aws:PrincipalArn <WatchdogRole.Arn>",
    ]);
  });
});

describe("the watchdog's function", () => {
  test("is asked for PINs by an alias of its own, which only the setting protect makes", () => {
    const { propertiesOf } = synthesise({ ...EVERY_SUBSCRIBER, protect: "true" });
    expect(propertiesOf("ProtectAlias")).toMatchObject({
      Name: "protect",
      FunctionName: "<Watchdog>",
      FunctionVersion: "$LATEST",
    });
    const without = synthesise(EVERY_SUBSCRIBER).template.toJSON();
    expect(JSON.stringify(without)).not.toMatch(/Lambda::Alias|ssm:|whatsapp-pins|"PROTECT"/);
  });

  test("is started by the webhook's function by one alias, only with the setting protectByLink", () => {
    const settings = { ...EVERY_SUBSCRIBER, protect: "true", protectByLink: "true" };
    const { propertiesOf } = synthesise(settings);
    expect(propertiesOf("ProtectByLinkAlias")).toMatchObject({
      Name: "protect-by-link",
      FunctionName: "<Watchdog>",
    });
    expect(toGrants("FunctionPolicy", settings)).toEqual(FUNCTION_GRANTS.toSorted());
    expect(propertiesOf("ProtectByLinkPolicy").Roles).toEqual(["<FunctionRole>"]);
    expect(toGrants("ProtectByLinkPolicy", settings)).toEqual([
      "Allow lambda:InvokeFunction on <ProtectByLinkAlias>",
    ]);
    expect(propertiesOf("ProtectByLinkOnce")).toEqual({
      FunctionName: "<Watchdog>",
      Qualifier: "protect-by-link",
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
    expect(propertiesOf("Stage").StageVariables).toEqual({
      protectByLink:
        "https://lambda.<AWS::Region>.<AWS::URLSuffix>/2015-03-31/functions/<Watchdog>:protect-by-link/invocations",
    });
    const without = synthesise({ ...EVERY_SUBSCRIBER, protect: "true" });
    expect(JSON.stringify(without.template.toJSON())).not.toMatch(/by-?_?link/i);
  });

  test("gets the heartbeat address, and no output or other resource shows it", () => {
    const heartbeatUrl = "https://hc-ping.com/0a1b2c3d";
    const { template, propertiesOf } = synthesise({ ...EVERY_SUBSCRIBER, heartbeatUrl });
    expect(propertiesOf("Watchdog").Environment.Variables.HEARTBEAT_URL).toBe(heartbeatUrl);
    expect(JSON.stringify(template.toJSON()).split(heartbeatUrl)).toHaveLength(2);
  });
});

test("the API's four routes and a rule each call the functions, and nobody else", () => {
  const { ofType } = synthesise();
  const api = "arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<Api>";
  const callers = ofType("AWS::Lambda::Permission").map(({ Properties }) => {
    const { Action, FunctionName, Principal, SourceArn } = resolve(Properties);
    return `${Action} ${FunctionName} ${Principal} ${SourceArn.replace(api, "API")}`;
  });
  const invoke = "lambda:InvokeFunction <Function.Arn>";
  expect(callers.sort()).toEqual([
    `${invoke} apigateway.amazonaws.com API/*/*/incident`,
    `${invoke} apigateway.amazonaws.com API/*/*/incident`,
    `${invoke} apigateway.amazonaws.com API/*/*/webhook`,
    `${invoke} apigateway.amazonaws.com API/*/*/webhook`,
    `${invoke} events.amazonaws.com <RelayRule.Arn>`,
    "lambda:InvokeFunction <Watchdog.Arn> events.amazonaws.com <WatchdogRule.Arn>",
  ]);
  const routes = ofType("AWS::ApiGatewayV2::Route").map(({ Properties }) => Properties.RouteKey);
  const paths = ["GET /incident", "GET /webhook", "POST /incident", "POST /webhook"];
  expect(routes.sort()).toEqual(paths);
});
