import {
  ApplicationLogLevel,
  Architecture,
  type CfnFunction,
  type FunctionProps,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { FUNCTION } from "../../lambda/shared/names.ts";

type OwnName = "description" | "code" | "timeout" | "role" | "environment" | "logGroup";
type Own = Required<Pick<FunctionProps, OwnName>>;

/** What both functions have in common. */
export function createLambdaFunction(scope: Construct, id: string, own: Own): LambdaFunction {
  const fn = new LambdaFunction(scope, id, {
    ...own,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: "index.handler",
    memorySize: FUNCTION.memoryMb,
    // JSON drops Lambda's three lines an invocation: a flood costs no more log than ours.
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: ApplicationLogLevel.INFO,
    systemLogLevelV2: SystemLogLevel.WARN,
  });
  // cfn-lint W3005: the DependsOn is redundant, the role is already referenced by its ARN.
  (fn.node.defaultChild as CfnFunction).addDeletionOverride("DependsOn");
  return fn;
}
