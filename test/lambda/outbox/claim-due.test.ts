import { describe, expect, test } from "vitest";
import { claimDue, publishAnswer } from "../../../lambda/outbox/claim-due.ts";
import { securityEvent } from "../../support/notices.ts";
import { NOW, outboxWorld, serviceError, storedAlert } from "../../support/outbox-world.ts";

const ID = { wabaId: "1", eventKey: "2#3" };
const WAITING = { ...ID, queue: "repeat" } as const;

describe("claiming what is due", () => {
  test.each([
    [0, 60_000],
    [1, 120_000],
    [2, 240_000],
  ])("after %d attempts takes a claim of %d ms under a new token", async (attempts, ms) => {
    const { deps, invocation, calls } = outboxWorld();
    const claimed = await claimDue({ ...WAITING, attempts }, NOW, deps, invocation);
    const claim = { token: "token-1", expiresAt: NOW + ms };
    expect(calls).toEqual([["outbox.claim", ID, "repeat", claim, NOW]]);
    const stored = storedAlert({ event: securityEvent(ID) });
    expect(claimed).toEqual({ stored, token: "token-1" });
  });

  test("is refused where another holds it", async () => {
    const { deps, invocation } = outboxWorld({ outbox: { claim: async () => undefined } });
    expect(await claimDue({ ...WAITING, attempts: 0 }, NOW, deps, invocation)).toBeUndefined();
    expect(invocation.metrics.values).toEqual({});
  });

  test("counts a failure of DynamoDB with its reason", async () => {
    const claim = async () => Promise.reject(serviceError("InternalServerError", 500));
    const { deps, invocation } = outboxWorld({ outbox: { claim } });
    expect(await claimDue({ ...WAITING, attempts: 0 }, NOW, deps, invocation)).toBeUndefined();
    expect(invocation.metrics.values).toEqual({ RelayFailed: 1 });
    expect(invocation.metrics.reasons).toEqual({ RelayFailed: ["InternalServerError"] });
  });

  test("is not begun without time to publish", async () => {
    const { deps, invocation, calls } = outboxWorld({ timeLeft: () => 9000 });
    expect(await claimDue({ ...WAITING, attempts: 0 }, NOW, deps, invocation)).toBeUndefined();
    expect(calls).toEqual([]);
  });
});

describe("an answer that has just been stored", () => {
  test("is claimed and published", async () => {
    const { deps, invocation, calls } = outboxWorld();
    await publishAnswer({ ...ID, ...{ attempts: 9 } }, deps, invocation);
    const claim = { token: "token-1", expiresAt: NOW + 60_000 };
    expect(calls[0]).toEqual(["outbox.claim", ID, "answer", claim, NOW]);
    const names = calls.map(([name]) => name);
    expect(names).toEqual(["outbox.claim", "pace.take", "topic.publish", "outbox.markPublished"]);
  });

  test("is left to who holds it", async () => {
    const world = outboxWorld({ outbox: { claim: async () => undefined } });
    await publishAnswer(ID, world.deps, world.invocation);
    expect(world.calls.map(([name]) => name)).toEqual(["outbox.claim"]);
  });
});
