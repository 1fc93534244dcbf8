import { Stack } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { INDEXES } from "../../lambda/shared/item-names.ts";
import type { SecretRef } from "./secret.ts";
import type { Settings } from "./settings.ts";

/** What the function works with. */
export interface FunctionResources {
  readonly settings: Settings;
  readonly key: Key;
  readonly secret: SecretRef;
  readonly table: Table;
  readonly alertTopic: Topic;
  /** Where the public reaches the function. */
  readonly publicUrl: string;
}

/** Everything that the function may do, written out. */
export function toStatements(
  scope: Construct,
  resources: FunctionResources,
  logs: LogGroup,
): PolicyStatement[] {
  const { key, secret, table, alertTopic } = resources;
  return [
    allow(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], table.tableArn),
    ...[INDEXES.outbox, INDEXES.byDisplayPhoneNumber].map(({ name }) =>
      allow(["dynamodb:Query"], `${table.tableArn}/index/${name}`),
    ),
    allow(["sns:Publish"], alertTopic.topicArn),
    allow(["secretsmanager:GetSecretValue"], secret.arn),
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], logs.logGroupArn),
    allowKey(scope, ["kms:Decrypt", "kms:GenerateDataKey"], key.keyArn, ENCRYPTING_SERVICES),
    ...(secret.keyArn && secret.keyArn !== key.keyArn
      ? [allowKey(scope, ["kms:Decrypt"], secret.keyArn, ["secretsmanager"])]
      : []),
  ];
}

export function allow(actions: string[], ...resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}

const ENCRYPTING_SERVICES = ["dynamodb", "sns", "secretsmanager"];

/** A key, only in the hands of the services that encrypt with it. */
export function allowKey(
  scope: Construct,
  actions: string[],
  keyArn: string,
  services: readonly string[],
): PolicyStatement {
  const { region, urlSuffix } = Stack.of(scope);
  const viaService = services.map((service) => `${service}.${region}.${urlSuffix}`);
  return new PolicyStatement({
    actions,
    resources: [keyArn],
    conditions: { StringEquals: { "kms:ViaService": viaService } },
  });
}
