import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Message } from "../../../lambda/alert/content/notice.ts";
import type { EventId } from "../../../lambda/event/event-item.ts";
import { relayOutbox } from "../../../lambda/outbox/relay.ts";
import { OUTBOX } from "../../../lambda/shared/item-names.ts";
import { securityEvent } from "../../support/notices.ts";
import { answerAt, NOW, outboxWorld, storedAlert } from "../../support/outbox-world.ts";

const STATES = { alert: "pending", answer: "acknowledged", repeat: "open" } as const;
const account = fc.integer({ min: 1, max: 3 }).map((number) => `account-${number}`);
const waiting = fc.record({ account, queue: fc.constantFrom(...Object.values(OUTBOX)) });

const ELSEWHERE = storedAlert({
  event: securityEvent({ wabaId: "account-9", eventKey: "9", event: "PIN_REQUEST_SUCCESS" }),
  alert: "open",
  answers: [answerAt(1, { name: "account-8" })],
});

/** The accounts that each message of one tick names, anywhere in it. */
async function accountsOf(
  given: readonly { account: string; queue: keyof typeof STATES }[],
  separateAccounts: boolean,
): Promise<string[][]> {
  const entries = given.map(({ account: wabaId, queue }, index) => {
    const alert = STATES[queue];
    return { queue, alert, wabaId, eventKey: `k${index}`, dueAt: 1, attempts: 0, receivedAt: "" };
  });
  const messages: Message[] = [];
  const { run } = outboxWorld({
    taker: "tick",
    config: { separateAccounts },
    publish: async (message) => `${messages.push(message)}`,
    // The number is in another account too: a worse alert, and what people of that account answered.
    table: { numberHistory: async () => [ELSEWHERE], find: async () => ELSEWHERE },
    outbox: {
      async *queue(queue) {
        yield entries.filter((entry) => entry.queue === queue);
      },
      async claim({ wabaId, eventKey }: EventId, queue) {
        const event = securityEvent({ wabaId, eventKey });
        const answers = queue === "answer" ? [answerAt(1)] : [];
        return storedAlert({ event, alert: STATES[queue], answers });
      },
    },
    timeLeft: () => 60_000,
    now: () => NOW,
  });
  await relayOutbox(run);
  return messages.map((message) => {
    return [...new Set(JSON.stringify(message).match(/account-\d/g))].sort();
  });
}

describe("where accounts are kept apart", () => {
  test("no digest, answer or repeat is about two accounts", async () => {
    const property = fc.asyncProperty(fc.array(waiting, { maxLength: 40 }), async (given) => {
      const named = await accountsOf(given, true);
      expect(named.filter(({ length }) => length !== 1)).toEqual([]);
      expect(new Set(named.flat())).toEqual(new Set(given.map((each) => each.account)));
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test("which is not so without the setting", async () => {
    const given = Array.from({ length: 12 }, (_, index) => {
      return { account: `account-${index % 2}`, queue: "alert" as const };
    });
    expect(await accountsOf(given, false)).toEqual([["account-0", "account-1"]]);
  });
});
