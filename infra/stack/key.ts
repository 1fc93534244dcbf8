import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { ACCESS_LOG_FOLDER } from "./logs.ts";

/**
 * The one customer key, for table, alert topic, queue, secret and logs. It outlives the stack, as
 * does the table, which would be lost without it; its alias goes with the stack, so that a key
 * without one is a key whose stack is gone. Besides the account's own principals it serves the
 * services that write here on their own behalf, as far as they let themselves be narrowed down.
 */
export function createKey(scope: Construct): Key {
  const { stackName } = Stack.of(scope);
  const key = new Key(scope, "Key", {
    description: "WhatsApp security webhook: events, alerts, dead letters, secret and logs",
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  key.addAlias(`alias/${stackName}`);
  for (const statement of serviceStatements(Stack.of(scope))) key.addToResourcePolicy(statement);
  return key;
}

/** Name patterns stand for ARNs, which would be circular: CloudFormation's names begin like this. */
function serviceStatements({ account, region, partition, stackName }: Stack): PolicyStatement[] {
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const logGroups = [`${stackName}-*`, `${ACCESS_LOG_FOLDER}/${stackName}-*`];
  return [
    // Dead letters. The ARN names the account; no page says that SNS also sends SourceAccount here.
    allow("sns.amazonaws.com", ["kms:Decrypt", "kms:GenerateDataKey*"], {
      ArnLike: { "aws:SourceArn": arn("sns", `${stackName}-*`) },
    }),
    allow(
      `logs.${region}.amazonaws.com`,
      ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": logGroups.map((name) =>
            arn("logs", `log-group:${name}`),
          ),
        },
      },
    ),
  ];
}

function allow(service: string, actions: string[], conditions: Record<string, unknown>) {
  const principals = [new ServicePrincipal(service)];
  return new PolicyStatement({ principals, actions, resources: ["*"], conditions });
}
