import { RemovalPolicy } from "aws-cdk-lib";
import type { Key } from "aws-cdk-lib/aws-kms";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/** Logs outlive the stack and are kept a year, as PCI DSS 10.5.1 asks of audit trails. */
export function createLogGroup(scope: Construct, id: string, key: Key): LogGroup {
  return new LogGroup(scope, id, {
    encryptionKey: key,
    retention: RetentionDays.ONE_YEAR,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
