import { describe, expect, test } from "vitest";
import { claimMs } from "../../../lambda/outbox/claims.ts";
import { createOutbox, type Outbox } from "../../../lambda/outbox/outbox.ts";
import { answerAt, claimedAlert, serviceError } from "../../support/outbox-world.ts";
import { conditionFailed, recordingClient } from "../../support/recording-client.ts";

const CLAIM = { token: "t", expiresAt: 5000 };
const PUBLICATION = { messageId: "m-1", publishedAt: 0 };
const NEXT = { alert: "open", repeats: 0, announcedAnswers: 0, due: "repeat", dueAt: 1 } as const;
const claimed = claimedAlert({ answers: [answerAt(1)] });
const { event } = claimed.stored;

/** Every change that the outbox can be asked for. */
const CHANGES: Readonly<Record<string, (outbox: Outbox) => Promise<unknown>>> = {
  claim: (outbox) => outbox.claim(event, "alert", CLAIM, 1),
  prolong: (outbox) => outbox.prolong(claimed, 1),
  release: (outbox) => outbox.release(claimed, 1),
  mark: (outbox) => outbox.mark(claimed, NEXT, PUBLICATION),
  close: (outbox) => outbox.close(claimed, "lapsed"),
};

function outboxOf(...answers: readonly (object | Error)[]) {
  const { client, requests } = recordingClient(...answers);
  return { outbox: createOutbox({ client, tableName: "events" }), requests };
}

describe.each(Object.entries(CHANGES))("%s", (_, change) => {
  test("is refused where another has the claim, without an error", async () => {
    const { outbox } = outboxOf(...Array(3).fill(conditionFailed()));
    expect(await change(outbox)).toBeFalsy();
  });

  test("that DynamoDB fails is an error", async () => {
    const error = serviceError("InternalServerError", 500);
    await expect(change(outboxOf(error).outbox)).rejects.toBe(error);
  });
});

describe("a queue", () => {
  test("is read page by page, as large as DynamoDB gives them", async () => {
    const LastEvaluatedKey = { dueAt: { N: "5000" } };
    const { outbox, requests } = outboxOf({ Items: [{}], LastEvaluatedKey }, {});
    const pages = await Array.fromAsync(outbox.queue("answer", 7));
    const edited = { wabaId: "", eventKey: "", receivedAt: "", attempts: 0, alert: "pending" };
    expect(pages).toEqual([[{ queue: "answer", dueAt: Number.NaN, ...edited }], []]);
    const [first, next] = requests.map(([, input]) => input);
    expect(first).not.toHaveProperty("Limit");
    expect(next).toEqual({ ...first, ExclusiveStartKey: LastEvaluatedKey });
  });
});

test.each([
  [0, 75],
  [1, 75],
  [2, 150],
  [4, 600],
  [5, 900],
  [1000, 900],
])("the claim of attempt %d lasts %d seconds", (attempt, seconds) => {
  expect(claimMs(attempt)).toBe(seconds * 1000);
});
