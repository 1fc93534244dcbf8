import { describe, expect, test } from "vitest";
import { publishAll } from "../../../lambda/outbox/publish.ts";
import { securityEvent } from "../../support/notices.ts";
import { claimedAlert, outboxWorld } from "../../support/outbox-world.ts";

async function kindsOf(amount: number) {
  const claimed = Array.from({ length: amount }, (_, index) => {
    return claimedAlert({ event: securityEvent({ eventKey: `key ${index}` }) });
  });
  const { deps, invocation, calls } = outboxWorld();
  await publishAll(claimed, deps, invocation);
  const published = calls.filter(([name]) => name === "topic.publish");
  return published.map(([, notice]) => (notice as { kind: string }).kind);
}

describe("a delivery's alerts", () => {
  test.each([
    [0, []],
    [1, ["alert"]],
    [5, Array(5).fill("alert")],
    [6, ["digest"]],
    [40, ["digest"]],
  ])("are told alone as far as a minute has places: %d in %j", async (amount, kinds) => {
    expect(await kindsOf(amount)).toEqual(kinds);
  });
});
