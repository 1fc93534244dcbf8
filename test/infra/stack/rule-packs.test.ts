import { App, CloudFormationValidatePlugin } from "aws-cdk-lib";
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  type NagPack,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from "cdk-nag";
import { describe, expect, test } from "vitest";
import { ACKNOWLEDGEMENTS } from "../../../infra/stack/acknowledgements.ts";
import { EVERY_PART, synthesise } from "../../support/synthesise.ts";

const { stack, theOnly, ofType } = synthesise(EVERY_PART);

describe("CloudFormation's own rules", () => {
  test("find nothing in a stack with everything", () => {
    const [template, ...others] = App.of(stack)?.synth().stacks ?? [];
    expect(others, "one template").toEqual([]);
    const templatePath = template?.templateFullPath ?? "";
    const { node } = stack;
    // Like the stack, for any account and region.
    const anywhere = { accountId: undefined, region: undefined };
    const { violations } = new CloudFormationValidatePlugin().validate({
      appConstruct: node.root,
      templatePaths: [templatePath],
      stackTemplates: [{ templatePath, stackConstructPath: node.path, ...anywhere }],
    });
    expect(violations).toEqual([]);
  });
});

const PACKS = [
  new AwsSolutionsChecks(),
  new ServerlessChecks(),
  new NIST80053R5Checks(),
  new HIPAASecurityChecks(),
  new PCIDSS321Checks(),
];

interface Finding {
  readonly id: string;
  readonly severity: string | undefined;
  readonly constructs: readonly (string | undefined)[];
}

function findingsOf(pack: NagPack): Finding[] {
  return pack.validateScope(stack).violations.map((violation) => ({
    id: violation.ruleName,
    severity: violation.severity,
    constructs: violation.violatingResources.map(({ constructPath }) => constructPath),
  }));
}

/** What the packs would say if nothing were acknowledged. */
function findWithoutAcknowledgements(): Finding[] {
  return PACKS.flatMap((pack) => findingsOf(Object.assign(Object.create(pack), IGNORE)));
}

const IGNORE = { isAcknowledged: () => false };

/** A warning, and left one: X-Ray would be the function's only grant on `*`. */
const TRACING = "Serverless-LambdaTracing";

describe("the rule packs of cdk-nag", () => {
  const findings = PACKS.flatMap(findingsOf);

  test("find no error", () => {
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("warn of nothing but that requests are not traced", () => {
    const warnings = findings.filter(({ severity }) => severity !== "error");
    expect(warnings.map(({ id }) => id)).toEqual([TRACING]);
  });
});

describe("what is acknowledged", () => {
  test("is these rules, each with a reason", () => {
    expect(ACKNOWLEDGEMENTS.map(({ constructs, rule }) => `${constructs.join()} ${rule}`)).toEqual([
      "Secret,TokenSecret SecretsManagerRotationEnabled",
      "Api APIGWAuthorization",
      "Function,Watchdog LambdaInsideVPC",
      "Events DynamoDBInBackupPlan",
      "Function,Watchdog LambdaConcurrency",
      "OperationsTopic SNSEncryptedKMS",
      "Function,Watchdog,ProtectByLinkOnce LambdaDLQ",
      "RelayRule,WatchdogRule EventBusDLQ",
      "WatchdogPolicy IAMNoWildcards",
      "DeadLetters SQSRedrivePolicy",
    ]);
    for (const { reason } of ACKNOWLEDGEMENTS) expect(reason.length).toBeGreaterThan(80);
  });

  test("is what the packs find, and nothing on the safe side", () => {
    const found = findWithoutAcknowledgements().map(({ id }) => id);
    const acknowledged = ACKNOWLEDGEMENTS.flatMap(({ ids }) => ids).map((id) =>
      id.replace("STACK", stack.stackName),
    );
    expect(found.sort()).toEqual([...acknowledged, TRACING].sort());
  });
});

describe("the dead-letter queue", () => {
  test("is where each subscription of the stack ends, and has none itself", () => {
    const queue = { "Fn::GetAtt": [expect.stringMatching(/^DeadLetters/), "Arn"] };
    expect(theOnly("AWS::SQS::Queue").Properties.RedrivePolicy).toBeUndefined();
    const subscriptions = ofType("AWS::SNS::Subscription");
    expect(subscriptions).toHaveLength(3);
    for (const { Properties } of subscriptions) {
      expect(Properties.RedrivePolicy).toEqual({ deadLetterTargetArn: queue });
    }
  });

  test("gets no ticks: the next one does what a failed one did not", () => {
    expect(
      theOnly("AWS::Lambda::Function", "Function").Properties.DeadLetterConfig,
    ).toBeUndefined();
    expect(
      theOnly("AWS::Lambda::EventInvokeConfig", "FunctionEventInvokeConfig").Properties
        .DestinationConfig,
    ).toBeUndefined();
    expect(
      theOnly("AWS::Events::Rule", "RelayRule").Properties.Targets[0].DeadLetterConfig,
    ).toBeUndefined();
  });
});
