import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

export interface Acknowledgement {
  /** Name of cdk-nag's rule. */
  readonly rule: string;
  /** The rule as its packs call it. */
  readonly ids: readonly string[];
  /** Id of the one construct of the stack that may break it. */
  readonly construct: string;
  readonly reason: string;
}

/** Rules of cdk-nag's packs that this stack breaks on purpose. */
export const ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [
  {
    rule: "SecretsManagerRotationEnabled",
    ids: [
      "AwsSolutions-SMG4",
      "NIST.800.53.R5-SecretsManagerRotationEnabled",
      "HIPAA.Security-SecretsManagerRotationEnabled",
    ],
    construct: "Secret",
    reason:
      "Only Meta can issue a new app secret, in its dashboard and not by API. The function accepts the old and the new one side by side and picks up a change within minutes, without a deploy.",
  },
  {
    rule: "APIGWAuthorization",
    ids: ["AwsSolutions-APIG4"],
    construct: "Api",
    reason:
      "Meta cannot authenticate to API Gateway. The authoriser is the HMAC-SHA256 over the raw body, which a gateway authoriser never sees; the function checks it before anything else.",
  },
  {
    rule: "LambdaInsideVPC",
    ids: [
      "NIST.800.53.R5-LambdaInsideVPC",
      "HIPAA.Security-LambdaInsideVPC",
      "PCI.DSS.321-LambdaInsideVPC",
    ],
    construct: "Function",
    reason:
      "The function calls DynamoDB, SNS and Secrets Manager only, over TLS and with exact grants. There is nothing inside a VPC for it to reach, and endpoints in one would be more ways to fail.",
  },
  {
    rule: "DynamoDBInBackupPlan",
    ids: ["NIST.800.53.R5-DynamoDBInBackupPlan", "HIPAA.Security-DynamoDBInBackupPlan"],
    construct: "Events",
    reason:
      "Point-in-time recovery restores any second of the last 35 days, and deletion protection and retention keep the table itself. A plan of AWS Backup belongs to the account and can include this table.",
  },
  {
    rule: "LambdaConcurrency",
    ids: ["NIST.800.53.R5-LambdaConcurrency", "HIPAA.Security-LambdaConcurrency"],
    construct: "Function",
    reason:
      "The stage's throttle limits how much of the account's concurrency a flood can take. Reserving some would fail in a new account, whose quota is ten, and would let a flood starve the relay instead.",
  },
  {
    rule: "SNSEncryptedKMS",
    ids: [
      "NIST.800.53.R5-SNSEncryptedKMS",
      "HIPAA.Security-SNSEncryptedKMS",
      "PCI.DSS.321-SNSEncryptedKMS",
    ],
    construct: "OperationsTopic",
    reason:
      "Alarm texts carry nothing secret, and an alarm must not depend on what it watches: with the customer key disabled, CloudWatch could not publish to an encrypted topic, and nobody would be told.",
  },
  {
    rule: "LambdaDLQ",
    ids: [
      "Serverless-LambdaDLQ",
      "Serverless-LambdaAsyncFailureDestination",
      "NIST.800.53.R5-LambdaDLQ",
      "HIPAA.Security-LambdaDLQ",
    ],
    construct: "Function",
    reason:
      "Its only asynchronous events are the relay's ticks, and nothing is lost with one: the next reads the same outbox a minute later. Failed ticks are told by the alarms Function errors and Relay not running.",
  },
  {
    rule: "EventBusDLQ",
    ids: ["Serverless-EventBusDLQ"],
    construct: "RelayRule",
    reason:
      "Nothing is lost with a tick that EventBridge could not hand over: the next reads the same outbox a minute later, and the alarm Relay not running tells when none comes.",
  },
  {
    rule: "SQSRedrivePolicy",
    ids: ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"],
    construct: "DeadLetters",
    reason:
      "This queue is where the dead letters of the topics' subscriptions end. A dead-letter queue of its own would be asked for one as well, and so on; an alarm says when it is not empty.",
  },
];

/** Tells cdk-nag, wherever a user runs it over this stack. */
export function acknowledgeRules(stack: IConstruct): void {
  for (const { ids, construct, reason } of ACKNOWLEDGEMENTS) {
    const target = stack.node.tryFindChild(construct);
    if (!target) continue;
    Validations.of(target).acknowledge(...ids.map((id) => ({ id, reason })));
  }
}
