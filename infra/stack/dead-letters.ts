import { Duration } from "aws-cdk-lib";
import type { Key } from "aws-cdk-lib/aws-kms";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

/** Gets the messages that SNS could not deliver to a subscriber of the stack. */
export function createDeadLetters(scope: Construct, key: Key): Queue {
  return new Queue(scope, "DeadLetters", {
    encryption: QueueEncryption.KMS,
    encryptionMasterKey: key,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
}
