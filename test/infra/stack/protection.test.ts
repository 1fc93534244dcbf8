import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { INDEXES, TABLE } from "../../../lambda/shared/names.ts";
import { EVERY_SUBSCRIBER, synthesise } from "../../support/synthesise.ts";

const { template, all, ofType, theOnly } = synthesise(EVERY_SUBSCRIBER);
const KEY_ARN = { "Fn::GetAtt": [Match.stringLikeRegexp("^Key"), "Arn"] };

describe("the event table", () => {
  const table = theOnly("AWS::DynamoDB::Table");

  test("can be brought back to any second, and outlives the stack and mistakes", () => {
    expect(table.Properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
    expect(table.Properties.DeletionProtectionEnabled).toBe(true);
    expect(table).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
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

  test("answers the history from its indexes alone, and keeps the outbox's index small", () => {
    const projections = Object.values(INDEXES).map(({ name }) => findIndex(name).Projection);
    const [byNumber, byEvent, byRequester, outbox] = projections;
    for (const projection of [byNumber, byEvent, byRequester]) {
      expect(projection).toEqual({ ProjectionType: "ALL" });
    }
    expect(outbox).toEqual({
      ProjectionType: "INCLUDE",
      NonKeyAttributes: ["alertAttempts", "receivedAt"],
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
    expect(key).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
  });

  test.each([
    ["AWS::SNS::Topic", "KmsMasterKeyId", 2],
    ["AWS::SQS::Queue", "KmsMasterKeyId", 1],
    ["AWS::SecretsManager::Secret", "KmsKeyId", 1],
    ["AWS::Logs::LogGroup", "KmsKeyId", 2],
  ])("encrypts every %s", (type, property, count) => {
    template.allResourcesProperties(type, { [property]: KEY_ARN });
    expect(ofType(type)).toHaveLength(count);
  });

  test.each(["cloudwatch", "sns", "events"])("lets %s encrypt the messages it sends", (service) => {
    template.hasResourceProperties("AWS::KMS::Key", {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Allow",
            Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
            Principal: { Service: `${service}.amazonaws.com` },
          }),
        ]),
      },
    });
  });

  test("serves no service on behalf of another account, where the service says for whom", () => {
    const key = theOnly("AWS::KMS::Key");
    const open = key.Properties.KeyPolicy.Statement.filter(
      ({ Condition, Principal }: { Condition?: object; Principal: { Service?: unknown } }) =>
        Principal.Service && !Condition,
    );
    expect(open.map(({ Principal }: { Principal: object }) => Principal)).toEqual([
      { Service: "events.amazonaws.com" },
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

  test("let the account's alarms publish, which a policy for TLS alone would shut out", () => {
    template.hasResourceProperties("AWS::SNS::TopicPolicy", {
      Topics: [{ Ref: Match.stringLikeRegexp("^OperationsTopic") }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Allow",
            Action: "sns:Publish",
            Principal: { Service: "cloudwatch.amazonaws.com" },
          }),
        ]),
      },
    });
  });

  test("reach whom the settings name, and the queue when they do not", () => {
    const subscriptions = ofType("AWS::SNS::Subscription").map(({ Properties }) => Properties);
    expect(subscriptions.map(({ Protocol, Endpoint }) => `${Protocol} ${Endpoint}`).sort()).toEqual(
      ["email operations@example.com", "email security@example.com", "sms +4915112345678"],
    );
    for (const { RedrivePolicy } of subscriptions) {
      expect(all[RedrivePolicy.deadLetterTargetArn["Fn::GetAtt"][0]]?.Type).toBe("AWS::SQS::Queue");
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

  test("is the existing one when the settings name it", () => {
    const secretArn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:meta/app-AbCdEf";
    const { template, ofType } = synthesise({ secretArn });
    expect(ofType("AWS::SecretsManager::Secret")).toEqual([]);
    template.hasOutput("SecretName", { Value: "meta/app" });
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: { SECRET_ID: secretArn } },
    });
  });
});
