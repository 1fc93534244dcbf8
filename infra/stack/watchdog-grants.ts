import { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { ATTRIBUTE, INDEXES, TABLE } from "../../lambda/shared/item-names.ts";
import { PROTECT, WATCHDOG } from "../../lambda/shared/names.ts";
import { allow, allowKey, type FunctionResources } from "./grants.ts";

/** What the watchdog works with. */
export interface WatchdogResources extends FunctionResources {
  readonly operationsTopic: Topic;
  readonly tokenSecret: Secret;
  /** The function whose metrics it reads. */
  readonly webhook: LambdaFunction;
}

/**
 * Everything that the watchdog may do, written out. It writes one partition of the table, its memory,
 * and with a dashboard the answers to alerts.
 */
export function toWatchdogStatements(
  scope: Construct,
  resources: WatchdogResources,
  logs: LogGroup,
): PolicyStatement[] {
  const { key, secret, tokenSecret, table, alertTopic, operationsTopic, settings } = resources;
  const topics = [alertTopic.topicArn, operationsTopic.topicArn];
  const indexes = [INDEXES.byEvent, INDEXES.outbox];
  return [
    // SNS authorises a subscription's attributes against its topic.
    allow(
      ["sns:Publish", "sns:ListSubscriptionsByTopic", "sns:GetSubscriptionAttributes"],
      ...topics,
    ),
    allow(["dynamodb:DescribeTable"], table.tableArn),
    allow(["dynamodb:Query"], ...indexes.map(({ name }) => `${table.tableArn}/index/${name}`)),
    allowKeys(["dynamodb:Query"], table.tableArn, "0", WATCHDOG.partition, PROTECT.partition),
    allowKeys(["dynamodb:DeleteItem", "dynamodb:PutItem"], table.tableArn, WATCHDOG.partition),
    ...(settings.dashboard || settings.protect ? toAnswerStatements(table.tableArn) : []),
    ...(settings.protect ? toProtectStatements(scope, resources) : []),
    allow(["secretsmanager:GetSecretValue"], secret.arn, tokenSecret.secretArn),
    allow(["cloudformation:GetTemplate"], Stack.of(scope).stackId),
    allow(["kms:DescribeKey"], key.keyArn),
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], logs.logGroupArn),
    allowKey(scope, ["kms:Decrypt", "kms:GenerateDataKey"], key.keyArn, [
      "dynamodb",
      "sns",
      "secretsmanager",
    ]),
    ...(secret.keyArn && secret.keyArn !== key.keyArn
      ? [allowKey(scope, ["kms:Decrypt"], secret.keyArn, ["secretsmanager"])]
      : []),
    allow([...WITHOUT_RESOURCE], "*"),
  ];
}

/**
 * Reads for which AWS knows no resource, or none that covers a list (DescribeAlarms).
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_sns.html and
 * list_amazoncloudwatch.html
 */
const WITHOUT_RESOURCE = [
  "cloudwatch:DescribeAlarms",
  "cloudwatch:GetMetricStatistics",
  "sns:GetSMSAttributes",
  "sns:GetSMSSandboxAccountStatus",
  "sns:ListSMSSandboxPhoneNumbers",
] as const;

/** Only items of these partitions: "0" are tests. */
function allowKeys(actions: string[], tableArn: string, ...partitions: string[]): PolicyStatement {
  return new PolicyStatement({
    actions,
    resources: [tableArn],
    conditions: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": partitions } },
  });
}

/** A PIN is stored, and nothing reads one back; and the claims of runs. */
function toProtectStatements(
  scope: Construct,
  { key, table }: WatchdogResources,
): PolicyStatement[] {
  const pins = Stack.of(scope).formatArn({
    service: "ssm",
    resource: "parameter",
    resourceName: toPinNames(Stack.of(scope)),
  });
  return [
    allow(["ssm:PutParameter"], pins),
    allowKey(scope, ["kms:Encrypt"], key.keyArn, ["ssm"]),
    allowKeys(["dynamodb:GetItem", "dynamodb:UpdateItem"], table.tableArn, PROTECT.partition),
  ];
}

/** Every parameter that holds PINs of this stack. */
function toPinNames({ stackName }: Stack): string {
  return `${PROTECT.parameterFolder.slice(1)}/${stackName}/*`;
}

/** Everything that an answer writes: of an event itself nothing. */
const ANSWER_ATTRIBUTES = [
  TABLE.partitionKey,
  TABLE.sortKey,
  TABLE.ttl,
  ATTRIBUTE.outbox,
  ATTRIBUTE.dueAt,
  ATTRIBUTE.alert,
  ATTRIBUTE.alertAttempts,
  ATTRIBUTE.announcedAnswers,
  ATTRIBUTE.answers,
  ATTRIBUTE.claimToken,
];

/** For the widget's buttons, and for new PINs: an alert is read and answered, together with its number's others. */
function toAnswerStatements(tableArn: string): PolicyStatement[] {
  const names = { "ForAllValues:StringEquals": { "dynamodb:Attributes": ANSWER_ATTRIBUTES } };
  return [
    allow(["dynamodb:GetItem"], tableArn),
    allow(["dynamodb:Query"], `${tableArn}/index/${INDEXES.byDisplayPhoneNumber.name}`),
    new PolicyStatement({
      actions: ["dynamodb:UpdateItem"],
      resources: [tableArn],
      conditions: names,
    }),
  ];
}
