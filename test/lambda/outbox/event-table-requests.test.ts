import { DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import type { Item } from "../../../lambda/event/event-item.ts";
import { HISTORY } from "../../../lambda/event/stored-alert.ts";
import { createEventTable, type EventTableDeps } from "../../../lambda/outbox/event-table.ts";
import { securityEvent } from "../../support/notices.ts";
import { serviceError, storedAlert } from "../../support/outbox-world.ts";
import { conditionFailed, recordingClient } from "../../support/recording-client.ts";

const event = securityEvent({ value: '{"event":"PIN_RESET_REQUEST"}' });
const claim = { token: "t-1", expiresAt: 1_795_490_000_000 };

const EVENT: Item = {
  wabaId: { S: "102290129340398" },
  eventKey: { S: "0000001795489920#d92d31e174b62c1a" },
  event: { S: "PIN_RESET_REQUEST" },
  displayPhoneNumber: { S: "15550783881" },
  requester: { S: "61555822107539" },
  time: { N: "1795489920" },
  sentAt: { S: "2026-11-24T03:12:00.000Z" },
  receivedAt: { S: "2026-11-24T03:12:01.000Z" },
  value: { S: '{"event":"PIN_RESET_REQUEST"}' },
  appSecretIndex: { N: "0" },
};

/** Without what the indexes take. */
const PLAIN: Item = {
  wabaId: { S: "102290129340398" },
  eventKey: { S: "0000001795489920#d92d31e174b62c1a" },
  time: { N: "1795489920" },
  receivedAt: { S: "2026-11-24T03:12:01.000Z" },
  value: { S: '{"event":"PIN_RESET_REQUEST"}' },
  appSecretIndex: { N: "0" },
  plain: { BOOL: true },
};

const PENDING: Item = {
  alert: { S: "pending" },
  outbox: { S: "alert" },
  dueAt: { N: "1795490000000" },
  claimToken: { S: "t-1" },
  alertAttempts: { N: "1" },
};

const RECEIVED_SECONDS = 1_795_489_921;

function putOf(Item: Item) {
  const ConditionExpression = "attribute_not_exists(wabaId)";
  return ["PutItem", { TableName: "events", Item, ConditionExpression }];
}

function eventTable(
  answers: readonly (object | Error)[] = [],
  difference: Partial<EventTableDeps> = {},
) {
  const { client, requests } = recordingClient(...answers);
  return { table: createEventTable({ client, tableName: "events", ...difference }), requests };
}

function refusedItem(): Error {
  const $metadata = { httpStatusCode: 400 };
  return new DynamoDBServiceException({ name: "ValidationException", $fault: "client", $metadata });
}

describe("an event that alerts nobody", () => {
  test("is written once, for good", async () => {
    const { table, requests } = eventTable();
    expect(await table.record(event)).toBe("stored");
    expect(requests).toEqual([putOf({ ...EVENT, alert: { S: "none" } })]);
  });

  test("carries its end where a retention is set", async () => {
    const { table, requests } = eventTable([], { retentionDays: 3 });
    await table.record(event);
    const expiresAt = { N: String(RECEIVED_SECONDS + 3 * 86_400) };
    expect(requests).toEqual([putOf({ ...EVENT, alert: { S: "none" }, expiresAt })]);
  });

  test("is a duplicate where it was there", async () => {
    const { table, requests } = eventTable([conditionFailed()]);
    expect(await table.record(event)).toBe("duplicate");
    expect(requests, "one write says so").toHaveLength(1);
  });
});

describe("an event that alerts", () => {
  test("is written in one request with its claim, the outbox's mark and the incident's code", async () => {
    const { table, requests } = eventTable([], { retentionDays: 3 });
    expect(await table.recordPending(event, claim, "a-code")).toBe("stored");
    expect(requests, "an alert that is not told never expires").toEqual([
      putOf({ ...EVENT, ...PENDING, incidentCode: { S: "a-code" } }),
    ]);
  });

  test("has no incident where alerts are not repeated", async () => {
    const { table, requests } = eventTable();
    await table.recordPending(event, claim);
    expect(requests).toEqual([putOf({ ...EVENT, ...PENDING })]);
  });
});

describe("an event that DynamoDB refuses in its usual form", () => {
  test("is written in plain form with the same marks", async () => {
    const { table, requests } = eventTable([refusedItem(), {}, refusedItem()]);
    expect(await table.recordPending(event, claim, "a-code")).toBe("stored plain");
    const marks = { ...PENDING, incidentCode: { S: "a-code" } };
    expect(requests.slice(0, 2)).toEqual([
      putOf({ ...EVENT, ...marks }),
      putOf({ ...PLAIN, ...marks }),
    ]);
  });

  test("gets its usual form back at once where the table takes it by now", async () => {
    expect(await eventTable([refusedItem()]).table.record(event)).toBe("stored");
  });

  test.each([
    [serviceError("InternalServerError", 500), "stored plain"],
    [conditionFailed(), "stored plain"],
  ])("is stored, whatever comes of its usual form (%s)", async (error, recorded) => {
    const { table } = eventTable([refusedItem(), {}, error]);
    expect(await table.record(event)).toBe(recorded);
  });

  test("is a duplicate where it was stored in plain form before", async () => {
    const { table } = eventTable([refusedItem(), conditionFailed()]);
    expect(await table.record(event)).toBe("duplicate");
  });

  test("is not stored where the plain form is refused too: the error says so", async () => {
    const [first, second] = [refusedItem(), refusedItem()];
    const { table } = eventTable([first, second]);
    await expect(table.record(event)).rejects.toBe(second);
  });

  const foreign = Object.assign(new Error("of nobody"), { name: "ValidationException" });
  const throttled = new DynamoDBServiceException({
    name: "ProvisionedThroughputExceededException",
    $fault: "client",
    $metadata: { httpStatusCode: 400 },
  });
  test.each([
    ["an outage", serviceError("InternalServerError", 500)],
    ["throttling", throttled],
    ["an error of that name that is not DynamoDB's", foreign],
  ])("is something else than %s: no second form is tried", async (_, error) => {
    const { table, requests } = eventTable([error]);
    await expect(table.record(event)).rejects.toBe(error);
    expect(requests).toHaveLength(1);
  });
});

describe("looking up an event", () => {
  const id = { wabaId: "1", eventKey: "2#3" };

  test("reads the table itself, not an index that lags behind", async () => {
    const { table, requests } = eventTable([{ Item: { ...EVENT, ...PENDING } }]);
    const dueAt = claim.expiresAt;
    expect(await table.find(id)).toEqual(storedAlert({ event, claimToken: "t-1", dueAt }));
    const Key = { wabaId: { S: "1" }, eventKey: { S: "2#3" } };
    expect(requests).toEqual([["GetItem", { TableName: "events", Key, ConsistentRead: true }]]);
  });

  test("finds nothing where there is nothing", async () => {
    const { table } = eventTable([{}]);
    expect(await table.find(id)).toBeUndefined();
  });
});

describe("a number's history", () => {
  test("is read from its index to the end, without what Meta sent and without the code", async () => {
    const Items = [{ ...EVENT, alert: { S: "none" } }];
    const LastEvaluatedKey = { wabaId: { S: "1" } };
    const { table, requests } = eventTable([{ Items, LastEvaluatedKey }, {}, { Items }]);
    const found = storedAlert({ event, alert: "none", attempts: 0 });
    expect(await table.numberHistory("15550783881")).toEqual([found]);
    const input = {
      TableName: "events",
      IndexName: "byDisplayPhoneNumber",
      KeyConditionExpression: "displayPhoneNumber = :number",
      ExpressionAttributeValues: { ":number": { S: "15550783881" } },
      ...HISTORY,
    };
    expect(requests).toEqual([
      ["Query", input],
      ["Query", { ...input, ExclusiveStartKey: LastEvaluatedKey }],
    ]);
    const read = Object.values(HISTORY.ExpressionAttributeNames);
    expect(read).toContain("supersededBy");
    expect(read).not.toContain("value");
    expect(read).not.toContain("incidentCode");
  });

  test("of a number without events is empty", async () => {
    const { table } = eventTable([{}]);
    expect(await table.numberHistory("15550783881")).toEqual([]);
  });
});

describe("what Meta said of an account's numbers", () => {
  const reading = { displayPhoneNumber: "15550783881", isPinEnabled: false, at: 7 };
  test.each([
    [undefined, []],
    [{ memory: { S: "{" } }, []],
    [{ memory: { S: "null" } }, []],
    [{ memory: { S: '{"pins":[["15550783881",false,7],["1",true],7,null]}' } }, [reading]],
  ])("is read from the watchdog's memory of it, leniently: %j", async (Item, readings) => {
    const { table, requests } = eventTable([{ ...(Item && { Item }) }]);
    expect(await table.readings("102290129340398")).toEqual(readings);
    const Key = { wabaId: { S: "watchdog" }, eventKey: { S: "account#102290129340398" } };
    expect(requests).toEqual([["GetItem", { TableName: "events", Key }]]);
  });
});
