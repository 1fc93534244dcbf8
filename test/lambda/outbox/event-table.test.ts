import { DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toKey } from "../../../lambda/event/event-item.ts";
import { saveItem } from "../../../lambda/facts/memory.ts";
import { toRowKey } from "../../explore/memory-table.ts";
import { startDynamoDB } from "../../support/engines.ts";
import { type ContractWorld, describeEventTable } from "../../support/event-table-contract.ts";
import { later, securityEvent } from "../../support/notices.ts";
import { OUTAGE, outboxWorld, serviceError } from "../../support/outbox-world.ts";
import { conditionFailed } from "../../support/recording-client.ts";
import { byCodeNames, hold, storedAlert } from "../../support/stored-alerts.ts";

describe("on an engine", () => {
  let world: ContractWorld & { stop(): Promise<void> };

  beforeAll(async () => {
    world = await startDynamoDB();
  });
  afterAll(() => world.stop());

  describeEventTable(() => world);
});

const { requester: _, ...event } = securityEvent({ value: '{"event":"PIN_RESET_REQUEST"}' });

/** The table in memory, whose first requests fail with these errors where one is given. */
function start(...failures: readonly (Error | undefined)[]) {
  const left = [...failures];
  const { requests, dynamodb, run } = outboxWorld({
    before: () => {
      const failure = left.shift();
      if (failure) throw failure;
    },
  });
  const itemOf = () => byCodeNames(dynamodb.rows.get(toRowKey(toKey(event))) ?? {});
  return { table: run.table, dynamodb, requests, itemOf };
}

const exception = (name: string) =>
  new DynamoDBServiceException({ name, $fault: "client", $metadata: { httpStatusCode: 400 } });
const REFUSED = exception("ValidationException");

describe("an event that DynamoDB refuses in its usual form", () => {
  test("gets that form back at once where the table takes it by now", async () => {
    const { table, itemOf } = start(REFUSED);
    expect(await table.record(event)).toBe("stored");
    expect(itemOf()).not.toHaveProperty("plain");
  });

  test("is known to be refused still, which no other error says", async () => {
    expect(await start(REFUSED).table.restore(event)).toBe(false);
    expect(await start(conditionFailed()).table.restore(event)).toBe(false);
    await expect(start(OUTAGE).table.restore(event)).rejects.toBe(OUTAGE);
  });

  test.each([OUTAGE, conditionFailed(), REFUSED])(
    "is stored with all marks, whatever comes of its usual form (%s)",
    async (error) => {
      const { table, itemOf } = start(REFUSED, undefined, error);
      const claim = { token: "t-1", expiresAt: 7 };
      expect(await table.recordPending(event, claim, "a-code")).toBe("stored plain");
      const marks = { alert: { S: "pending" }, outbox: { S: "alert" }, dueAt: { N: "7" } };
      expect(itemOf()).toMatchObject({ ...marks, incidentCode: { S: "a-code" } });
      expect(itemOf()).toMatchObject({ claimToken: { S: "t-1" }, plain: { BOOL: true } });
    },
  );

  test.each([
    ["is refused in its plain form too", [REFUSED, exception("ValidationException")], 2],
    ["meets an outage: no second form is tried", [OUTAGE], 1],
    ["meets throttling", [exception("ProvisionedThroughputExceededException")], 1],
    [
      "meets an error of that name that is not DynamoDB's",
      [serviceError("ValidationException")],
      1,
    ],
  ])("is not stored, and the error says so, where it %s", async (_, errors, count) => {
    const { table, requests } = start(...errors);
    await expect(table.record(event)).rejects.toBe(errors.at(-1));
    expect(requests).toHaveLength(count);
  });
});

test("an event is looked up in the table itself, where a replica may lag behind", async () => {
  const inputs: string[] = [];
  const { run } = outboxWorld({ before: (_, input) => inputs.push(input) });
  expect(await run.table.find(event)).toBeUndefined();
  expect(inputs.map((input) => JSON.parse(input))).toMatchObject([{ ConsistentRead: true }]);
});

test("a number's history is read to its end, without what Meta sent and without the code", async () => {
  const { table, dynamodb } = start();
  const closed = { alert: "superseded", supersededBy: "another", incidentCode: "a-code" } as const;
  const alerts = Array.from({ length: 700 }, (_, index) =>
    storedAlert({ event: later(index, { eventKey: `key ${1000 + index}` }), ...closed }),
  );
  await hold({ dynamodb }, ...alerts);
  const shown = alerts.map(({ incidentCode: _, event: { value: __, ...rest }, ...alert }) => {
    return { ...alert, event: { ...rest, appSecretIndex: Number.NaN } };
  });
  expect(await table.numberHistory("15550783881")).toEqual(shown);
  expect(await table.numberHistory("1")).toEqual([]);
});

describe("what Meta said of an account's numbers", () => {
  const reading = { displayPhoneNumber: "15550783881", isPinEnabled: false, at: 7 };
  test.each([
    [undefined, []],
    [null, []],
    ["{", []],
    [{ pins: [["15550783881", false, 7], ["1", true], 7, null] }, [reading]],
  ])("is read from the watchdog's memory of it, leniently: %j", async (held, readings) => {
    const { table, dynamodb } = start();
    const source = { dynamodb, tableName: "events" };
    if (held !== undefined) await saveItem(source, "account#102290129340398", held as object);
    expect(await table.readings("102290129340398")).toEqual(readings);
  });
});
