import { describe, expect, test } from "vitest";
import { createInvocation } from "../../../lambda/shared/invocation.ts";
import { FUNCTION } from "../../../lambda/shared/names.ts";

/** An invocation, and what is left of its time; it may be given another value. */
function start(milliseconds: number, budgetSeconds = 60) {
  const time = { left: milliseconds };
  const context = { awsRequestId: "id-1", getRemainingTimeInMillis: () => time.left };
  return { time, invocation: createInvocation(context, budgetSeconds) };
}

describe("the time that is left of an invocation", () => {
  test.each([
    [2_999, [false, false, false]],
    [3_000, [true, false, false]],
    [9_000, [true, false, false]],
    [9_001, [true, true, false]],
    [13_000, [true, true, false]],
    [13_001, [true, true, true]],
  ])("%i ms are enough to write, to publish, to claim: %j", (milliseconds, enough) => {
    const { time, invocation } = start(60_000);
    const { hasTimeToWrite, hasTimeToPublish, hasTimeToClaim } = invocation;
    time.left = milliseconds;
    expect([hasTimeToWrite(), hasTimeToPublish(), hasTimeToClaim()]).toEqual(enough);
  });

  test("and of a digest's claims are up after 1.3 seconds, so that what they claim is published", () => {
    const { time, invocation } = start(20_000);
    const hasTime = invocation.startClaiming();
    time.left -= 1_300;
    expect(hasTime()).toBe(true);
    time.left -= 1;
    expect([hasTime(), invocation.startClaiming()()]).toEqual([false, true]);
    time.left = 13_000;
    expect(invocation.startClaiming()()).toBe(false);
  });

  test("ends with the budget of a request, although Lambda's time-out is longer", () => {
    const { time, invocation } = start(FUNCTION.timeoutSeconds * 1000, FUNCTION.requestSeconds);
    time.left -= 12_000;
    expect(invocation.hasTimeToWrite()).toBe(true);
    time.left -= 1;
    expect(invocation.hasTimeToWrite()).toBe(false);
  });
});

test("an invocation has Lambda's id and begins with nothing counted", () => {
  const { requestId, metrics } = start(1).invocation;
  expect([requestId, metrics.values, metrics.reasons]).toEqual(["id-1", {}, {}]);
});
