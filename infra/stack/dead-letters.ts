import { Duration } from "aws-cdk-lib";
import type { Key } from "aws-cdk-lib/aws-kms";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

/** Where alerts end that a subscriber of the stack could not be given, and ticks that failed. */
export function createDeadLetters(scope: Construct, key: Key): Queue {
  return new Queue(scope, "DeadLetters", {
    encryption: QueueEncryption.KMS,
    encryptionMasterKey: key,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
}
