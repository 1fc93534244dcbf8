import { Stack } from "aws-cdk-lib";
import type { CfnStage, HttpStage } from "aws-cdk-lib/aws-apigatewayv2";
import { ManagedPolicy } from "aws-cdk-lib/aws-iam";
import {
  CfnAlias,
  CfnEventInvokeConfig,
  type Function as LambdaFunction,
} from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { PROTECT, STAGE_VARIABLE } from "../../lambda/shared/names.ts";
import { allow } from "./grants.ts";

/** What the holder of an alert's link needs for a new PIN; with the setting `protectByLink` only. */
export interface LinkRunResources {
  /** Shows the page and may start the other one. */
  readonly webhook: LambdaFunction;
  /** Sets the PIN. */
  readonly watchdog: LambdaFunction;
  readonly stage: HttpStage;
}

/**
 * An alias for such requests and no others, the right to invoke it, and its address as a variable of
 * the API's stage: the webhook's function cannot name the watchdog, whose environment names it.
 */
export function allowProtectByLink(scope: Construct, resources: LinkRunResources): void {
  const { webhook, watchdog, stage } = resources;
  const alias = new CfnAlias(scope, "ProtectByLinkAlias", {
    functionName: watchdog.functionName,
    functionVersion: "$LATEST",
    name: PROTECT.linkAlias,
    description: "Sets a new two-step verification PIN for the holder of an alert's link",
  });
  // Late or twice, a new PIN would surprise people who have gone on meanwhile.
  const once = new CfnEventInvokeConfig(scope, "ProtectByLinkOnce", {
    functionName: watchdog.functionName,
    qualifier: PROTECT.linkAlias,
    maximumRetryAttempts: 0,
    maximumEventAgeInSeconds: 60,
  });
  once.addResourceDependency(alias);
  new ManagedPolicy(scope, "ProtectByLinkPolicy", {
    description: "Lets the WhatsApp security webhook's function ask for a new PIN",
    roles: webhook.role ? [webhook.role] : [],
    statements: [allow(["lambda:InvokeFunction"], alias.ref)],
  });
  (stage.node.defaultChild as CfnStage).stageVariables = {
    [STAGE_VARIABLE.protectByLink]: toAddress(scope, watchdog),
  };
}

/** Lambda's API: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
function toAddress(scope: Construct, { functionName }: LambdaFunction): string {
  const { region, urlSuffix } = Stack.of(scope);
  return `https://lambda.${region}.${urlSuffix}/2015-03-31/functions/${functionName}:${PROTECT.linkAlias}/invocations`;
}
