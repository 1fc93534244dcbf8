import { Fn, RemovalPolicy, Stack } from "aws-cdk-lib";
import type { Key } from "aws-cdk-lib/aws-kms";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/** Logs outlive the stack and are kept a year, as PCI DSS 10.5.1 asks of audit trails. */
export function createLogGroup(
  scope: Construct,
  id: string,
  key: Key,
  logGroupName?: string,
): LogGroup {
  return new LogGroup(scope, id, {
    encryptionKey: key,
    retention: RetentionDays.ONE_YEAR,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ...(logGroupName !== undefined && { logGroupName }),
  });
}

/**
 * API Gateway's logs are vended: each group elsewhere is added to one resource policy of the
 * account, whose limited size fails the deploy in a busy account
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html).
 */
export const ACCESS_LOG_FOLDER = "/aws/vendedlogs";

export function createAccessLogs(scope: Construct, key: Key): LogGroup {
  const name = `${ACCESS_LOG_FOLDER}/${toUniqueName(Stack.of(scope))}/access`;
  return createLogGroup(scope, "AccessLogs", key, name);
}

/**
 * For names that outlive the stack: with the beginning of the stack's own id, which is a new one
 * each time it is created, the stack can come back at once.
 */
export function toUniqueName({ stackName, stackId }: Stack): string {
  const uuid = Fn.select(2, Fn.split("/", stackId));
  return `${stackName}-${Fn.select(0, Fn.split("-", uuid))}`;
}
