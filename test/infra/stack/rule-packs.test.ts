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
import { EVERY_SUBSCRIBER, synthesise } from "../../support/synthesise.ts";

const { stack, theOnly, ofType } = synthesise(EVERY_SUBSCRIBER);

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

/** cdk-nag asks every queue for a dead-letter queue, a dead-letter queue too, and so on. */
const REDRIVE = "Serverless-SQSRedrivePolicy";

/** A warning, and left one: X-Ray would be the function's only grant on `*`. */
const TRACING = "Serverless-LambdaTracing";

describe("the rule packs of cdk-nag", () => {
  const findings = PACKS.flatMap(findingsOf);

  test("find no error but the endless one about dead-letter queues", () => {
    const errors = findings.filter(({ severity }) => severity === "error");
    expect(errors).toEqual([
      { id: REDRIVE, severity: "error", constructs: ["Webhook/DeadLetters/Resource"] },
    ]);
  });

  test("find it of the queue that is itself where dead letters end", () => {
    const queue = { "Fn::GetAtt": [expect.stringMatching(/^DeadLetters/), "Arn"] };
    expect(theOnly("AWS::SQS::Queue").Properties.RedrivePolicy).toBeUndefined();
    expect(theOnly("AWS::Lambda::Function").Properties.DeadLetterConfig.TargetArn).toEqual(queue);
    expect(theOnly("AWS::Events::Rule").Properties.Targets[0].DeadLetterConfig.Arn).toEqual(queue);
    for (const { Properties } of ofType("AWS::SNS::Subscription")) {
      expect(Properties.RedrivePolicy.deadLetterTargetArn).toEqual(queue);
    }
  });

  test("warn of nothing but that requests are not traced", () => {
    const warnings = findings.filter(({ severity }) => severity !== "error");
    expect(warnings.map(({ id }) => id)).toEqual([TRACING]);
  });
});

describe("what is acknowledged", () => {
  test("is five rules at most, each with a reason", () => {
    expect(ACKNOWLEDGEMENTS.length).toBeLessThanOrEqual(5);
    for (const { reason } of ACKNOWLEDGEMENTS) expect(reason.length).toBeGreaterThan(80);
  });

  test("is what the packs find, and nothing on the safe side", () => {
    const found = findWithoutAcknowledgements().map(({ id }) => id);
    const acknowledged = ACKNOWLEDGEMENTS.flatMap(({ ids }) => ids);
    expect(found.sort()).toEqual([...acknowledged, REDRIVE, TRACING].sort());
  });
});
