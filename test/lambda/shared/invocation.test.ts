import { describe, expect, test } from "vitest";
import { createInvocation } from "../../../lambda/shared/invocation.ts";
import { FUNCTION } from "../../../lambda/shared/names.ts";

function withLeft(milliseconds: number) {
  const context = { awsRequestId: "id-1", getRemainingTimeInMillis: () => milliseconds };
  return createInvocation(context, 60);
}

describe("the time that is left of an invocation", () => {
  test.each([
    [2_999, { write: false, publish: false, claim: false }],
    [3_000, { write: true, publish: false, claim: false }],
    [9_000, { write: true, publish: false, claim: false }],
    [9_001, { write: true, publish: true, claim: false }],
    [13_000, { write: true, publish: true, claim: false }],
    [13_001, { write: true, publish: true, claim: true }],
  ])("%i ms are enough for %j", (milliseconds, enough) => {
    const invocation = withLeft(milliseconds);
    expect({
      write: invocation.hasTimeToWrite(),
      publish: invocation.hasTimeToPublish(),
      claim: invocation.hasTimeToClaim(),
    }).toEqual(enough);
  });

  test("is asked for each time", () => {
    let left = 15_000;
    const context = { awsRequestId: "id-1", getRemainingTimeInMillis: () => left };
    const invocation = createInvocation(context, 60);
    expect(invocation.hasTimeToClaim()).toBe(true);
    left = 0;
    expect(invocation.hasTimeToClaim()).toBe(false);
  });

  test("and of a digest's claims are up after 1.3 seconds, so that what they claim is published", () => {
    let left = 20_000;
    const context = { awsRequestId: "id-1", getRemainingTimeInMillis: () => left };
    const invocation = createInvocation(context, 60);
    const hasTime = invocation.startClaiming();
    left -= 1_300;
    expect(hasTime()).toBe(true);
    left -= 1;
    expect([hasTime(), invocation.startClaiming()()]).toEqual([false, true]);
    left = 13_000;
    expect(invocation.startClaiming()()).toBe(false);
  });

  test("ends with the budget of a request, although Lambda's time-out is longer", () => {
    let left = FUNCTION.timeoutSeconds * 1000;
    const context = { awsRequestId: "id-1", getRemainingTimeInMillis: () => left };
    const invocation = createInvocation(context, FUNCTION.requestSeconds);
    left -= 12_000;
    expect(invocation.hasTimeToWrite()).toBe(true);
    left -= 1;
    expect(invocation.hasTimeToWrite()).toBe(false);
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
