import { describe, expect, test } from "vitest";
import {
  EVERY_PART,
  EVERY_SUBSCRIBER,
  type Resource,
  synthesise,
} from "../../support/synthesise.ts";
import { resolve, toPolicyLines, withoutHash } from "../../support/template-text.ts";

const { all, ofType, propertiesOf } = synthesise(EVERY_SUBSCRIBER);

describe("when the stack goes", () => {
  test("history, logs and what they are encrypted with stay, but for a first deploy's", () => {
    const policies = Object.entries(all).flatMap(([id, resource]) => {
      const { DeletionPolicy, UpdateReplacePolicy } = resource;
      return DeletionPolicy ? [`${withoutHash(id)} ${DeletionPolicy} ${UpdateReplacePolicy}`] : [];
    });
    expect(policies.sort()).toEqual([
      "AccessLogs RetainExceptOnCreate Retain",
      "DeadLetters Delete Delete",
      "Events RetainExceptOnCreate Retain",
      "FunctionLogs RetainExceptOnCreate Retain",
      "Key RetainExceptOnCreate Retain",
      "Secret Delete Delete",
      "TokenSecret Delete Delete",
      "WatchdogLogs RetainExceptOnCreate Retain",
    ]);
  });

  test("the table was made after all that an account may refuse: a rollback can't delete it", () => {
    const { all } = synthesise(EVERY_PART);
    const before = findNeeded(all, Object.keys(all).find((id) => /^Events/.test(id)) ?? "");
    const typesOf = (ids: Iterable<string>) => [...ids].map((id) => all[id]?.Type.slice(5) ?? "");
    const after = typesOf(Object.keys(all).filter((id) => !before.has(id)));
    // A mapping is of a domain that is the stack's own by then.
    const harmless =
      /^(ApiGatewayV2::(ApiMapping|Integration|Route|Stage)|CloudWatch|Events|IAM|Lambda|Logs|SecretsManager)\b/;
    expect(after.filter((type) => !harmless.test(type))).toEqual([]);
    expect(typesOf(before)).toEqual(
      expect.arrayContaining([
        "ApiGatewayV2::DomainName",
        "Chatbot::SlackChannelConfiguration",
        "KMS::Alias",
        "Route53::RecordSet",
        "SNS::Subscription",
      ]),
    );
  });
});

/** Its keys and indexes: never-replaced.test.ts. */
test("the table is paid by request, encrypted with the customer key, and can be restored", () => {
  expect(propertiesOf("Events")).toMatchObject({
    BillingMode: "PAY_PER_REQUEST",
    DeletionProtectionEnabled: true,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: "<Key.Arn>" },
    TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
  });
});

describe("the customer key", () => {
  test("rotates, and has an alias with the stack's name", () => {
    expect(propertiesOf("Key").EnableKeyRotation).toBe(true);
    const alias = { AliasName: "alias/Webhook", TargetKeyId: "<Key.Arn>" };
    expect(propertiesOf("KeyAlias")).toEqual(alias);
  });

  test.each([
    ["AWS::SQS::Queue", "KmsMasterKeyId", ["<Key.Arn>"]],
    ["AWS::SecretsManager::Secret", "KmsKeyId", ["<Key.Arn>", "<Key.Arn>"]],
    ["AWS::Logs::LogGroup", "KmsKeyId", ["<Key.Arn>", "<Key.Arn>", "<Key.Arn>"]],
    // Not the topic that reports a disabled key.
    ["AWS::SNS::Topic", "KmsMasterKeyId", ["<Key.Arn>", undefined]],
  ])("encrypts %s", (type, property, keys) => {
    expect(ofType(type).map(({ Properties }) => resolve(Properties[property]))).toEqual(keys);
  });

  test("serves the account, SNS's dead letters and the stack's logs, and nobody else", () => {
    const account = "<AWS::Region>:<AWS::AccountId>";
    const logGroups = `arn:<AWS::Partition>:logs:${account}:log-group`;
    const owner = "Allow arn:<AWS::Partition>:iam::<AWS::AccountId>:root:";
    expect(toPolicyLines(propertiesOf("Key").KeyPolicy)).toEqual([
      `${owner} kms:* on *`,
      // CDK's own, for a secret: the account's principals through Secrets Manager.
      `${owner} kms:CreateGrant kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey* kms:ReEncrypt* on * if StringEquals kms:ViaService secretsmanager.<AWS::Region>.amazonaws.com`,
      `Allow logs.<AWS::Region>.amazonaws.com: kms:Decrypt* kms:Describe* kms:Encrypt* kms:GenerateDataKey* kms:ReEncrypt* on * if ArnLike kms:EncryptionContext:aws:logs:arn ${logGroups}:/aws/vendedlogs/Webhook-* ${logGroups}:Webhook-*`,
      `Allow sns.amazonaws.com: kms:Decrypt kms:GenerateDataKey* on * if ArnLike aws:SourceArn arn:<AWS::Partition>:sns:${account}:Webhook-*`,
    ]);
  });
});

describe("the topics and the dead-letter queue", () => {
  const TLS = "if Bool aws:SecureTransport false";
  const letters =
    "sns.amazonaws.com: sqs:SendMessage on <DeadLetters.Arn> if ArnEquals aws:SourceArn";

  test.each([
    ["AlertTopicPolicy", [`Deny *: sns:Publish on <AlertTopic> ${TLS}`]],
    [
      "OperationsTopicPolicy",
      [
        "Allow cloudwatch.amazonaws.com: sns:Publish on <OperationsTopic> if StringEquals aws:SourceAccount <AWS::AccountId> and ArnLike aws:SourceArn arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:*",
        `Deny *: sns:Publish on <OperationsTopic> ${TLS}`,
      ],
    ],
    [
      "DeadLettersPolicy",
      [
        `Allow ${letters} <AlertTopic>`,
        `Allow ${letters} <OperationsTopic>`,
        `Deny *: sqs:* on <DeadLetters.Arn> ${TLS}`,
      ],
    ],
  ])("%s lets in the account's alarms, the topics' dead letters, and nobody else", (id, lines) => {
    const statements = toPolicyLines(propertiesOf(id).PolicyDocument);
    expect([...new Set(statements)]).toEqual(lines);
  });

  test("keep dead letters as long as SQS can, which end there", () => {
    const { MessageRetentionPeriod, RedrivePolicy } = propertiesOf("DeadLetters");
    expect([MessageRetentionPeriod, RedrivePolicy]).toEqual([14 * 24 * 3600, undefined]);
    const deadLetterTargetArn = "<DeadLetters.Arn>";
    const subscriptions = ofType("AWS::SNS::Subscription").map(({ Properties }) => Properties);
    expect(subscriptions.map(({ RedrivePolicy }) => resolve(RedrivePolicy))).toEqual(
      subscriptions.map(() => ({ deadLetterTargetArn })),
    );
  });

  test("put nothing before an SMS, whose text has no room for it", () => {
    expect(propertiesOf("AlertTopic")).not.toHaveProperty("DisplayName");
  });
});

describe("the secret", () => {
  test("has a verify token that can be pasted, and a list for the app secrets", () => {
    expect(propertiesOf("Secret").GenerateSecretString).toEqual({
      SecretStringTemplate: '{"appSecrets":[]}',
      GenerateStringKey: "verifyToken",
      ExcludePunctuation: true,
      PasswordLength: 40,
    });
  });

  test("of the token keeps none at first, and is named after the other", () => {
    const { Name, SecretString } = propertiesOf("TokenSecret");
    expect([Name, SecretString]).toEqual([`${propertiesOf("Secret").Name}-token`, "{}"]);
  });

  test("is the existing one when the settings name it", () => {
    const secretArn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:meta/app-AbCdEf";
    const { template, propertiesOf } = synthesise({ secretArn });
    template.hasOutput("SecretName", { Value: "meta/app" });
    expect(propertiesOf("Function").Environment.Variables.SECRET_ID).toBe(secretArn);
  });
});

/** All that is made before this resource, because it or its predecessors name it. */
function findNeeded(all: Readonly<Record<string, Resource>>, id: string): Set<string> {
  const needed = new Set([id]);
  for (const each of needed) {
    const names = JSON.stringify(all[each]).matchAll(/"(?:Ref":|Fn::GetAtt":\[)"(\w+)"/g);
    for (const name of [
      ...[...names].map((match) => match[1] ?? ""),
      ...(all[each]?.DependsOn ?? []),
    ])
      if (name in all) needed.add(name);
  }
  return needed;
}
