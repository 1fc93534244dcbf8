import { describe, expect, test } from "vitest";
import { createInvocation } from "../../../lambda/shared/invocation.ts";
import { FUNCTION } from "../../../lambda/shared/names.ts";

function withLeft(milliseconds: number) {
  return createInvocation({
    awsRequestId: "id-1",
    getRemainingTimeInMillis: () => milliseconds,
  });
}

describe("the time that is left of an invocation", () => {
  test.each([
    [2_999, { write: false, publish: false, claim: false }],
    [3_000, { write: true, publish: false, claim: false }],
    [9_000, { write: true, publish: false, claim: false }],
    [9_001, { write: true, publish: true, claim: false }],
    [10_000, { write: true, publish: true, claim: false }],
    [10_001, { write: true, publish: true, claim: true }],
  ])("%i ms are enough for %j", (milliseconds, enough) => {
    const invocation = withLeft(milliseconds);
    expect({
      write: invocation.hasTimeToWrite(),
      publish: invocation.hasTimeToPublish(),
      claim: invocation.hasTimeToClaim(),
    }).toEqual(enough);
  });

  test("is asked for anew each time", () => {
    let left = 15_000;
    const invocation = createInvocation({
      awsRequestId: "id-1",
      getRemainingTimeInMillis: () => left,
    });
    expect(invocation.hasTimeToClaim()).toBe(true);
    left = 0;
    expect(invocation.hasTimeToClaim()).toBe(false);
  });

  test("is at the start enough for everything", () => {
    expect(withLeft(FUNCTION.timeoutSeconds * 1_000).hasTimeToClaim()).toBe(true);
  });
});

describe("an invocation", () => {
  test("has Lambda's id and begins with nothing counted", () => {
    const { requestId, metrics } = withLeft(1);
    expect(requestId).toBe("id-1");
    expect([metrics.values, metrics.reasons]).toEqual([{}, {}]);
    expect(withLeft(1).metrics).not.toBe(metrics);
  });
});
