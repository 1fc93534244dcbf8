import { type Stack, Validations } from "aws-cdk-lib";

export interface Acknowledgement {
  /** Name of cdk-nag's rule. */
  readonly rule: string;
  /** The rule as its packs call it. */
  readonly ids: readonly string[];
  /** Ids of the constructs of the stack that may break it. */
  readonly constructs: readonly string[];
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
    constructs: ["Secret", "TokenSecret"],
    reason:
      "Only Meta can issue a new app secret or system-user token, in its dashboard and not by API. The function accepts the old and the new one side by side and picks up a change within minutes, without a deploy.",
  },
  {
    rule: "APIGWAuthorization",
    ids: ["AwsSolutions-APIG4"],
    constructs: ["Api"],
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
    constructs: ["Function", "Watchdog"],
    reason:
      "The functions call AWS' services with exact grants, the watchdog Meta as well, all over TLS. There is nothing inside a VPC for it to reach, and endpoints in one would be more ways to fail.",
  },
  {
    rule: "DynamoDBInBackupPlan",
    ids: ["NIST.800.53.R5-DynamoDBInBackupPlan", "HIPAA.Security-DynamoDBInBackupPlan"],
    constructs: ["Events"],
    reason:
      "Point-in-time recovery restores any second of the last 35 days, and deletion protection and retention keep the table itself. A plan of AWS Backup belongs to the account and can include this table.",
  },
  {
    rule: "LambdaConcurrency",
    ids: ["NIST.800.53.R5-LambdaConcurrency", "HIPAA.Security-LambdaConcurrency"],
    constructs: ["Function", "Watchdog"],
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
    constructs: ["OperationsTopic"],
    reason:
      "Alarm texts carry nothing secret, and an alarm must not depend on what it watches: with the customer key disabled, CloudWatch could not publish to an encrypted topic, and nobody would get an alarm.",
  },
  {
    rule: "LambdaDLQ",
    ids: [
      "Serverless-LambdaDLQ",
      "Serverless-LambdaAsyncFailureDestination",
      "NIST.800.53.R5-LambdaDLQ",
      "HIPAA.Security-LambdaDLQ",
    ],
    constructs: ["Function", "Watchdog", "ProtectByLinkOnce"],
    reason:
      "Their asynchronous events are ticks, and nothing is lost with one: the relay's next reads the same outbox a minute later, the watchdog's run is tried again. The alarms Relay not running and Watchdog not running say when none succeeds. A new PIN that is asked for by link is not set later: the page says that no result came.",
  },
  {
    rule: "EventBusDLQ",
    ids: ["Serverless-EventBusDLQ"],
    constructs: ["RelayRule", "WatchdogRule"],
    reason:
      "Nothing is lost with a tick that EventBridge could not hand over: the next one does the same, and the alarms Relay not running and Watchdog not running fire when none comes.",
  },
  {
    rule: "IAMNoWildcards",
    ids: [
      "AwsSolutions-IAM5[Resource::*]",
      "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/whatsapp-pins/STACK/*]",
    ],
    constructs: ["WatchdogPolicy"],
    reason:
      "With the setting protect, a parameter for each number is written under the stack's name, and none is read. Five reads of the watchdog know no resource: alarms and metrics of CloudWatch, and the account's SMS settings. None of them shows what anybody wrote or stored.",
  },
  {
    rule: "SQSRedrivePolicy",
    ids: ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"],
    constructs: ["DeadLetters"],
    reason:
      "This queue is where the dead letters of the topics' subscriptions end. A dead-letter queue of its own would be asked for one as well, and so on; an alarm says when it is not empty.",
  },
];

/** Gives cdk-nag the reasons, wherever a user runs it over this stack. */
export function acknowledgeRules(stack: Stack): void {
  for (const { ids, constructs, reason } of ACKNOWLEDGEMENTS) {
    for (const construct of constructs) {
      const target = stack.node.tryFindChild(construct);
      if (!target) continue;
      Validations.of(target).acknowledge(
        ...ids.map((id) => ({ id: id.replace("STACK", stack.stackName), reason })),
      );
    }
  }
}
