import { describe, expect, test } from "vitest";
import { createPace } from "../../../lambda/outbox/pace.ts";
import { serviceError } from "../../support/outbox-world.ts";
import { conditionFailed, recordingClient } from "../../support/recording-client.ts";

const NOW = 1_795_490_000_000;

function paceOf(...answers: readonly (object | Error)[]) {
  const { client, requests } = recordingClient(...answers);
  return { pace: createPace({ client, tableName: "events" }), requests };
}

describe("a place for a message", () => {
  test.each(["single", "digest"] as const)(
    "(%s) is taken by one conditional update, which holds for all processes",
    async (kind) => {
      const { pace, requests } = paceOf();
      expect(await pace.take(kind, NOW)).toBe(true);
      const shift = [
        "t1 = if_not_exists(t2, :never)",
        "t2 = if_not_exists(t3, :never)",
        "t3 = if_not_exists(t4, :never)",
        "t4 = if_not_exists(t5, :never)",
        "t5 = :now",
      ];
      const input = {
        TableName: "events",
        Key: { wabaId: { S: "pace" }, eventKey: { S: kind } },
        UpdateExpression: `SET ${shift.join(", ")}`,
        ConditionExpression: "attribute_not_exists(t1) OR t1 <= :aMinuteAgo",
        ExpressionAttributeValues: {
          ":now": { N: String(NOW) },
          ":aMinuteAgo": { N: String(NOW - 60_000) },
          ":never": { N: "0" },
        },
      };
      expect(requests).toEqual([["UpdateItem", input]]);
    },
  );

  test("is none where the last but four went out less than a minute ago", async () => {
    expect(await paceOf(conditionFailed()).pace.take("single", NOW)).toBe(false);
  });

  test("is not known where DynamoDB fails", async () => {
    const error = serviceError("InternalServerError", 500);
    await expect(paceOf(error).pace.take("single", NOW)).rejects.toBe(error);
  });
});

describe("the free places", () => {
  const at = (...ages: number[]) => {
    const times = ages.map((age, index) => [`t${index + 1}`, { N: String(NOW - age) }]);
    return { Item: Object.fromEntries(times) };
  };

  test.each([
    ["all before the first message", {}, 5],
    ["all where the item has no times", { Item: {} }, 5],
    ["what the last messages leave", at(60_001, 60_000, 59_999, 1000, 0), 2],
    ["none after five in a minute", at(59_999, 400, 300, 200, 100), 0],
    ["those that no message ever took", { Item: { t5: { N: String(NOW) } } }, 4],
  ])("are %s", async (_, answer, free) => {
    const { pace, requests } = paceOf(answer);
    expect(await pace.countFree("digest", NOW)).toBe(free);
    const Key = { wabaId: { S: "pace" }, eventKey: { S: "digest" } };
    expect(requests).toEqual([["GetItem", { TableName: "events", Key, ConsistentRead: true }]]);
  });
});
