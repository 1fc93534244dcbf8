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

const { stack } = synthesise(EVERY_PART);

const PACKS = [
  new AwsSolutionsChecks(),
  new ServerlessChecks(),
  new NIST80053R5Checks(),
  new HIPAASecurityChecks(),
  new PCIDSS321Checks(),
];

const findingsOf = (pack: NagPack) => pack.validateScope(stack).violations;

/** What the packs would say if nothing were acknowledged. */
function findWithoutAcknowledgements() {
  const ignore = { isAcknowledged: () => false };
  return PACKS.flatMap((pack) => findingsOf(Object.assign(Object.create(pack), ignore)));
}

/** A warning, and left one: X-Ray would be the function's only grant on `*`. */
const TRACING = "Serverless-LambdaTracing";

describe("the rule packs of cdk-nag", () => {
  const findings = PACKS.flatMap(findingsOf);

  test("find no error, and warn of nothing but that requests are not traced", () => {
    expect(findings.map(({ severity, ruleName }) => `${severity} ${ruleName}`)).toEqual([
      `warning ${TRACING}`,
    ]);
  });
});

describe("what is acknowledged", () => {
  test("is these rules, each with a reason", () => {
    expect(
      ACKNOWLEDGEMENTS.map(({ constructs, rule }) => `${constructs.join()} ${rule}`),
    ).toMatchSnapshot();
    for (const { reason } of ACKNOWLEDGEMENTS) expect(reason.length).toBeGreaterThan(80);
  });

  test("is what the packs find, and nothing on the safe side", () => {
    const found = findWithoutAcknowledgements().map(({ ruleName }) => ruleName);
    const acknowledged = ACKNOWLEDGEMENTS.flatMap(({ ids }) => ids).map((id) =>
      id.replace("STACK", stack.stackName),
    );
    expect(found.sort()).toEqual([...acknowledged, TRACING].sort());
  });
});
