import { describe, expect, test } from "vitest";
import { claimMs } from "../../../lambda/outbox/claims.ts";
import { createOutbox } from "../../../lambda/outbox/outbox.ts";
import { OUTAGE, storedAlert } from "../../support/outbox-world.ts";
import { conditionFailed, recordingClient } from "../../support/recording-client.ts";

function outboxOf(...answers: readonly (object | Error)[]) {
  return createOutbox({ client: recordingClient(...answers).client, tableName: "events" });
}

describe("a claim", () => {
  const claimed = { stored: storedAlert(), token: "t" };

  test("that another has is not made longer, which is no error; an outage is one", async () => {
    await expect(outboxOf(conditionFailed()).prolong(claimed, 1)).resolves.toBeUndefined();
    await expect(outboxOf(OUTAGE).prolong(claimed, 1)).rejects.toBe(OUTAGE);
  });

  test.each([
    [0, 75],
    [1, 75],
    [2, 150],
    [4, 600],
    [5, 900],
    [1000, 900],
  ])("of attempt %d lasts %d seconds", (attempt, seconds) => {
    expect(claimMs(attempt)).toBe(seconds * 1000);
  });
});
