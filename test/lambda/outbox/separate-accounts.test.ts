import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { relayOutbox } from "../../../lambda/outbox/relay.ts";
import { securityEvent } from "../../support/notices.ts";
import { answerAt, NOW, outboxWorld, storedAlert } from "../../support/outbox-world.ts";

const account = fc.integer({ min: 1, max: 3 }).map((number) => `account-${number}`);
const state = fc.constantFrom("pending", "acknowledged", "open");
const waiting = fc.record({ account, state });

/** The number is in another account too: a worse alert, and what people of that account answered. */
const ELSEWHERE = storedAlert({
  event: securityEvent({ wabaId: "account-9", eventKey: "9", event: "PIN_REQUEST_SUCCESS" }),
  alert: "open",
  answers: [answerAt(1, { name: "account-8" })],
  announcedAnswers: 1,
  dueAt: NOW + 60_000,
});

/** The accounts that each message of one tick names, anywhere in it. */
async function accountsOf(
  given: readonly { account: string; state: "pending" | "acknowledged" | "open" }[],
  separateAccounts: boolean,
): Promise<string[][]> {
  const world = outboxWorld({ taker: "tick", config: { separateAccounts } });
  const alerts = given.map(({ account: wabaId, state: alert }, index) => {
    const event = securityEvent({ wabaId, eventKey: `k${index}` });
    return storedAlert({ event, alert, answers: alert === "acknowledged" ? [answerAt(1)] : [] });
  });
  await world.hold(ELSEWHERE, ...alerts);
  await relayOutbox(world.run);
  return world.messages.map(({ message }) => {
    return [...new Set(message.match(/account-\d/g))].sort();
  });
}

describe("where accounts are kept apart", () => {
  test("no digest, answer or repeat is about two accounts", async () => {
    const property = fc.asyncProperty(fc.array(waiting, { maxLength: 40 }), async (given) => {
      const named = await accountsOf(given, true);
      expect(named.filter(({ length }) => length !== 1)).toEqual([]);
      const all = given.map((each) => each.account);
      expect(new Set(named.flat())).toEqual(new Set(all));
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test("which is not so without the setting", async () => {
    const given = Array.from({ length: 12 }, (_, index) => {
      return { account: `account-${index % 2}`, state: "pending" as const };
    });
    expect(await accountsOf(given, false)).toEqual([["account-0", "account-1"]]);
  });
});
