import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { FUNCTION } from "../../lambda/shared/names.ts";

/** The tick: EventBridge's own scheduled event, which the function takes for "relay the outbox". */
export function createRelay(scope: Construct, fn: LambdaFunction): Rule {
  return new Rule(scope, "RelayRule", {
    description: "Publishes the alerts that wait in the outbox",
    schedule: Schedule.rate(Duration.minutes(FUNCTION.relayEveryMinutes)),
    // The next tick comes within a minute anyway, and does what a failed one did not.
    targets: [new LambdaTarget(fn, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
  });
}
