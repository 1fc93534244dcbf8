import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";

/**
 * The one customer key, for table, topics, queue, secret and logs. It outlives the stack, as does
 * the table, which would be lost without it. Besides the account's own principals it serves the
 * services that write here on their own behalf, as far as they let themselves be narrowed down.
 */
export function createKey(scope: Construct): Key {
  const key = new Key(scope, "Key", {
    description: "WhatsApp security webhook: events, alerts, dead letters, secret and logs",
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  for (const statement of serviceStatements(Stack.of(scope))) key.addToResourcePolicy(statement);
  return key;
}

const ENCRYPT_MESSAGES = ["kms:Decrypt", "kms:GenerateDataKey*"];

/** Name patterns stand for ARNs, which would be circular: CloudFormation's names begin like this. */
function serviceStatements({ account, region, partition, stackName }: Stack): PolicyStatement[] {
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const from = (sourceArn: string) => ({
    StringEquals: { "aws:SourceAccount": account },
    ArnLike: { "aws:SourceArn": sourceArn },
  });
  return [
    allow("cloudwatch.amazonaws.com", ENCRYPT_MESSAGES, from(arn("cloudwatch", "alarm:*"))),
    allow("sns.amazonaws.com", ENCRYPT_MESSAGES, from(arn("sns", `${stackName}-*`))),
    // EventBridge tells KMS no source: a condition on it would lose every dead letter in silence.
    allow("events.amazonaws.com", ENCRYPT_MESSAGES, {}),
    allow(
      `logs.${region}.amazonaws.com`,
      ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": arn("logs", `log-group:${stackName}-*`) },
      },
    ),
  ];
}

function allow(service: string, actions: string[], conditions: Record<string, unknown>) {
  const principals = [new ServicePrincipal(service)];
  return new PolicyStatement({ principals, actions, resources: ["*"], conditions });
}
