import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { INDEXES, OUTBOX_ATTRIBUTES, TABLE } from "../../../lambda/shared/item-names.ts";
import {
  EVERY_PART,
  EVERY_SUBSCRIBER,
  type Resource,
  synthesise,
} from "../../support/synthesise.ts";
import { resolve, toText } from "../../support/template-text.ts";

const { template, all, ofType, theOnly } = synthesise(EVERY_SUBSCRIBER);
/** By the stack, but for what a first deploy made that is rolled back. */
const KEPT = { DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" };
const KEY_ARN = { "Fn::GetAtt": [Match.stringLikeRegexp("^Key"), "Arn"] };

describe("the event table", () => {
  const table = theOnly("AWS::DynamoDB::Table");

  test("can be brought back to any second, and outlives the stack and mistakes", () => {
    expect(table.Properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
    expect(table.Properties.DeletionProtectionEnabled).toBe(true);
    expect(table).toMatchObject(KEPT);
  });

  test("is made after all that an account may refuse: a rollback can't delete it", () => {
    const { all } = synthesise(EVERY_PART);
    const before = findNeeded(all, Object.keys(all).find((id) => /^Events/.test(id)) ?? "");
    const after = Object.keys(all).filter((id) => !before.has(id));
    const types = new Set(after.map((id) => all[id]?.Type.replace("AWS::", "")));
    expect([...types].sort()).toEqual([
      "ApiGatewayV2::ApiMapping", // of a domain that is the stack's own by then
      "ApiGatewayV2::Integration",
      "ApiGatewayV2::Route",
      "ApiGatewayV2::Stage",
      "CloudWatch::Alarm",
      "CloudWatch::Dashboard",
      "Events::Rule",
      "IAM::ManagedPolicy",
      "IAM::Role",
      "Lambda::Alias",
      "Lambda::EventInvokeConfig",
      "Lambda::Function",
      "Lambda::Permission",
      "Logs::LogGroup",
      "Logs::QueryDefinition",
      "SecretsManager::ResourcePolicy",
      "SecretsManager::Secret",
    ]);
    expect([...before].map((id) => all[id]?.Type)).toEqual(
      expect.arrayContaining([
        "AWS::ApiGatewayV2::DomainName",
        "AWS::Chatbot::SlackChannelConfiguration",
        "AWS::KMS::Alias",
        "AWS::Route53::RecordSet",
        "AWS::SNS::Subscription",
      ]),
    );
  });

  test("is paid by request and encrypted with the customer key", () => {
    template.hasResourceProperties("AWS::DynamoDB::Table", {
      BillingMode: "PAY_PER_REQUEST",
      SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: KEY_ARN },
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    });
  });

  test("has the keys of the table and of each index", () => {
    expect(toKeys(table.Properties.KeySchema)).toEqual([TABLE.partitionKey, TABLE.sortKey]);
    for (const { name, partitionKey, sortKey } of Object.values(INDEXES)) {
      expect(toKeys(findIndex(name).KeySchema)).toEqual([partitionKey, sortKey]);
    }
  });

  test("has text for its keys, and numbers to sort the indexes by", () => {
    const types = table.Properties.AttributeDefinitions.map(
      ({ AttributeName, AttributeType }: { AttributeName: string; AttributeType: string }) =>
        `${AttributeName} ${AttributeType}`,
    );
    const { outbox } = INDEXES;
    expect(types.sort()).toEqual(
      [
        "displayPhoneNumber S",
        "event S",
        "eventKey S",
        "requester S",
        "time N",
        "wabaId S",
        `${outbox.partitionKey} S`,
        `${outbox.sortKey} N`,
      ].sort(),
    );
  });

  test("answers the history from its indexes alone, and keeps the outbox's index small", () => {
    const projections = Object.values(INDEXES).map(({ name }) => findIndex(name).Projection);
    const [byNumber, byEvent, byRequester, outbox] = projections;
    for (const projection of [byNumber, byEvent, byRequester]) {
      expect(projection).toEqual({ ProjectionType: "ALL" });
    }
    expect(outbox).toEqual({
      ProjectionType: "INCLUDE",
      NonKeyAttributes: [...OUTBOX_ATTRIBUTES],
    });
  });

  function findIndex(name: string) {
    return table.Properties.GlobalSecondaryIndexes.find(
      (index: { IndexName: string }) => index.IndexName === name,
    );
  }

  function toKeys(schema: readonly { AttributeName: string; KeyType: string }[]) {
    expect(schema.map(({ KeyType }) => KeyType)).toEqual(["HASH", "RANGE"]);
    return schema.map(({ AttributeName }) => AttributeName);
  }
});

describe("the customer key", () => {
  test("rotates and outlives the stack, as what it encrypts does", () => {
    const key = theOnly("AWS::KMS::Key");
    expect(key.Properties.EnableKeyRotation).toBe(true);
    expect(key).toMatchObject(KEPT);
  });

  test("has an alias with the stack's name, which goes with the stack", () => {
    const alias = theOnly("AWS::KMS::Alias");
    expect(resolve(alias.Properties)).toEqual({
      AliasName: "alias/Webhook",
      TargetKeyId: "<Key.Arn>",
    });
    expect(alias.DeletionPolicy).toBeUndefined();
  });

  test.each([
    ["AWS::SQS::Queue", "KmsMasterKeyId", 1],
    ["AWS::SecretsManager::Secret", "KmsKeyId", 2],
    ["AWS::Logs::LogGroup", "KmsKeyId", 3],
  ])("encrypts every %s", (type, property, count) => {
    template.allResourcesProperties(type, { [property]: KEY_ARN });
    expect(ofType(type)).toHaveLength(count);
  });

  test("encrypts the alert topic, and not the one that reports a disabled key", () => {
    const topics = ofType("AWS::SNS::Topic").map(({ Properties }) => resolve(Properties));
    expect(topics).toEqual([
      { KmsMasterKeyId: "<Key.Arn>", SignatureVersion: "2" },
      { DisplayName: "WhatsApp security webhook", SignatureVersion: "2" },
    ]);
  });

  test("serves the account, SNS's dead letters and the stack's logs, and nobody else", () => {
    const { Statement } = theOnly("AWS::KMS::Key").Properties.KeyPolicy;
    const account = "<AWS::Region>:<AWS::AccountId>";
    const logGroups = `arn:<AWS::Partition>:logs:${account}:log-group`;
    expect(resolve(Statement)).toEqual([
      {
        Effect: "Allow",
        Action: "kms:*",
        Principal: { AWS: "arn:<AWS::Partition>:iam::<AWS::AccountId>:root" },
        Resource: "*",
      },
      {
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Principal: { Service: "sns.amazonaws.com" },
        Resource: "*",
        Condition: {
          ArnLike: { "aws:SourceArn": `arn:<AWS::Partition>:sns:${account}:Webhook-*` },
        },
      },
      {
        Effect: "Allow",
        Action: [
          "kms:Decrypt*",
          "kms:Describe*",
          "kms:Encrypt*",
          "kms:GenerateDataKey*",
          "kms:ReEncrypt*",
        ],
        Principal: { Service: "logs.<AWS::Region>.amazonaws.com" },
        Resource: "*",
        Condition: {
          ArnLike: {
            "kms:EncryptionContext:aws:logs:arn": [
              `${logGroups}:Webhook-*`,
              `${logGroups}:/aws/vendedlogs/Webhook-*`,
            ],
          },
        },
      },
      // CDK's own, for a secret: the account's principals through Secrets Manager.
      expect.objectContaining({
        Principal: { AWS: "arn:<AWS::Partition>:iam::<AWS::AccountId>:root" },
        Condition: {
          StringEquals: { "kms:ViaService": "secretsmanager.<AWS::Region>.amazonaws.com" },
        },
      }),
    ]);
  });
});

describe("what goes with the stack", () => {
  test("is what can be made again, and no event or log is in it", () => {
    const kept = Object.entries(all).filter(
      ([, { DeletionPolicy }]) => DeletionPolicy === "Delete",
    );
    expect(kept.map(([id]) => id.replace(/[0-9A-F]{8}$/, "")).sort()).toEqual([
      "DeadLetters",
      "Secret",
      "TokenSecret",
    ]);
  });
});

describe("the topics and the dead-letter queue", () => {
  test("refuse what does not come over TLS", () => {
    const policies = [...ofType("AWS::SNS::TopicPolicy"), ...ofType("AWS::SQS::QueuePolicy")];
    expect(policies).toHaveLength(3);
    for (const { Properties } of policies) {
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: "Deny",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        }),
      );
    }
  });

  test("let the account's alarms publish to the operations topic, and nobody to the other", () => {
    const allowed = ofType("AWS::SNS::TopicPolicy").flatMap(({ Properties }) =>
      resolve(Properties.PolicyDocument.Statement).filter(
        ({ Effect }: { Effect: string }) => Effect === "Allow",
      ),
    );
    expect(allowed).toEqual([
      {
        Sid: "Alarms",
        Effect: "Allow",
        Action: "sns:Publish",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Resource: "<OperationsTopic>",
        Condition: {
          StringEquals: { "aws:SourceAccount": "<AWS::AccountId>" },
          ArnLike: {
            "aws:SourceArn":
              "arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:*",
          },
        },
      },
    ]);
  });

  test("keep dead letters as long as SQS can", () => {
    expect(theOnly("AWS::SQS::Queue").Properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
  });

  test("take dead letters from the topics' subscriptions only", () => {
    const [policy] = ofType("AWS::SQS::QueuePolicy");
    const allowed = resolve(policy?.Properties.PolicyDocument.Statement).filter(
      ({ Effect }: { Effect: string }) => Effect === "Allow",
    );
    expect(allowed.length).toBeGreaterThan(0);
    for (const { Action, Principal, Resource, Condition } of allowed) {
      expect({ Action, Principal, Resource }).toEqual({
        Action: "sqs:SendMessage",
        Principal: { Service: "sns.amazonaws.com" },
        Resource: "<DeadLetters.Arn>",
      });
      expect(toText(Condition.ArnEquals["aws:SourceArn"])).toMatch(/^<(Alert|Operations)Topic>$/);
    }
  });

  test("put nothing before an SMS, whose text has no room for it", () => {
    template.hasResourceProperties("AWS::SNS::Topic", { DisplayName: Match.absent() });
  });
});

describe("the secret", () => {
  test("has a verify token that can be pasted, and a list for the app secrets", () => {
    template.hasResourceProperties("AWS::SecretsManager::Secret", {
      GenerateSecretString: {
        SecretStringTemplate: '{"appSecrets":[]}',
        GenerateStringKey: "verifyToken",
        ExcludePunctuation: true,
        PasswordLength: 40,
      },
    });
  });

  test("of the token keeps none at first, and is named after the other", () => {
    const { Name, SecretString } = theOnly("AWS::SecretsManager::Secret", "TokenSecret").Properties;
    expect(SecretString).toBe("{}");
    const { Name: name } = theOnly("AWS::SecretsManager::Secret", "Secret").Properties;
    expect(toText(Name)).toBe(`${toText(name)}-token`);
  });

  test("is the existing one when the settings name it", () => {
    const secretArn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:meta/app-AbCdEf";
    const { template, all } = synthesise({ secretArn });
    const secrets = Object.entries(all).filter(([, { Type }]) => Type.endsWith("::Secret"));
    expect(secrets.map(([id]) => id)).toEqual([expect.stringMatching(/^TokenSecret/)]);
    template.hasOutput("SecretName", { Value: "meta/app" });
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: { SECRET_ID: secretArn } },
    });
  });
});

/** All that is made before this resource, because it or its predecessors name it. */
function findNeeded(all: Readonly<Record<string, Resource>>, id: string): Set<string> {
  const needed = new Set([id]);
  for (const each of needed) {
    const text = JSON.stringify(all[each]);
    const names = text.matchAll(/"(?:Ref":|Fn::GetAtt":\[)"(\w+)"/g);
    const named = [...names].map(([, name = ""]) => name);
    for (const name of [...named, ...(all[each]?.DependsOn ?? [])])
      if (name in all) needed.add(name);
  }
  return needed;
}
