import { DynamoDBClient, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { toStoredAlert } from "../../../lambda/event/stored-alert.ts";
import { readHistory, readLastTest, readPending } from "../../../lambda/numbers/history.ts";
import { ANSWER } from "../../support/notices.ts";

type Items = readonly object[];

/** A table whose queries are answered, page by page, with what `pagesOf` says. */
function tableWith(
  pagesOf: (input: QueryCommand["input"]) => readonly (Items | undefined)[],
  itemOf: (key: Record<string, { S?: string }>) => object | undefined = () => undefined,
) {
  const inputs: QueryCommand["input"][] = [];
  const dynamodb = Object.assign(Object.create(DynamoDBClient.prototype), {
    async send(command: QueryCommand) {
      if (command instanceof GetItemCommand) return { Item: itemOf(command.input.Key as never) };
      if (!(command instanceof QueryCommand)) throw new Error("No other call is expected");
      inputs.push(command.input);
      const pages = pagesOf(command.input);
      const at = Number(command.input.ExclusiveStartKey?.at?.N ?? 0);
      const LastEvaluatedKey = at + 1 < pages.length ? { at: { N: String(at + 1) } } : undefined;
      return { Items: pages[at], LastEvaluatedKey };
    },
  });
  return { inputs, source: { dynamodb, tableName: "events" } };
}

const STORED = {
  wabaId: { S: "1" },
  eventKey: { S: "key" },
  event: { S: "PIN_CHANGED" },
  displayPhoneNumber: { S: "15550783881" },
  time: { N: "1795489920" },
  receivedAt: { S: "2026-11-24T03:12:01.000Z" },
  alert: { S: "open" },
};
const RECEIVED = Date.parse("2026-11-24T03:12:01.000Z");

describe("the history", () => {
  test("is read by each documented event, and no more of an item than is told", async () => {
    const { source, inputs } = tableWith(() => [[]]);
    expect(await readHistory(source)).toEqual([]);
    const queues = inputs.splice(3);
    expect(queues.map(({ IndexName }) => IndexName)).toEqual(["outbox", "outbox", "outbox"]);
    const names = inputs.map(({ ExpressionAttributeValues }) => ExpressionAttributeValues);
    expect(names).toEqual([
      { ":name": { S: "PIN_CHANGED" } },
      { ":name": { S: "PIN_RESET_REQUEST" } },
      { ":name": { S: "PIN_REQUEST_SUCCESS" } },
    ]);
    for (const { ExpressionAttributeValues: _, ...input } of inputs) {
      expect(input).toMatchObject({
        TableName: "events",
        IndexName: "byEvent",
        KeyConditionExpression: "#event = :name",
        ProjectionExpression: expect.stringMatching(/^#wabaId, #eventKey, #event, /),
      });
      const read = Object.values(input.ExpressionAttributeNames ?? {});
      expect(read).toContain("answers");
      expect(read).not.toContain("value");
      expect(read).not.toContain("incidentCode");
    }
  });

  /** What is read where only PIN_CHANGED was stored. */
  function historyOf(pages: readonly (Items | undefined)[]) {
    const { source } = tableWith(({ ExpressionAttributeValues }) =>
      ExpressionAttributeValues?.[":name"]?.S === "PIN_CHANGED" ? pages : [[]],
    );
    return readHistory(source);
  }

  test("is every event of every page, but for tests", async () => {
    const test = { ...STORED, eventKey: { S: "test" }, test: { BOOL: true } };
    const real = { ...STORED, eventKey: { S: "real" }, test: { BOOL: false } };
    const read = toStoredAlert(STORED);
    expect(read).toMatchObject({ alert: "open", event: { event: "PIN_CHANGED" } });
    expect(await historyOf([[STORED, test], undefined, [real]])).toEqual([
      read,
      { ...read, event: { ...read.event, eventKey: "real" } },
    ]);
  });

  test("has an alert of another name as long as it waits in the outbox, once", async () => {
    const odd = { ...STORED, eventKey: { S: "odd" }, event: { S: "PIN_ODD" } };
    const { source } = tableWith(
      ({ ExpressionAttributeValues: values }) =>
        values?.[":queue"]
          ? [[STORED, odd]]
          : values?.[":name"]?.S === "PIN_CHANGED"
            ? [[STORED]]
            : [],
      ({ eventKey }) => (eventKey?.S === "odd" ? odd : undefined),
    );
    const read = await readHistory(source);
    expect(read.map(({ event }) => event.event)).toEqual(["PIN_CHANGED", "PIN_ODD"]);
  });

  test("has the answers", async () => {
    const M = Object.fromEntries(Object.entries(ANSWER).map(([name, S]) => [name, { S }]));
    const [event] = await historyOf([[{ ...STORED, answers: { L: [{ M }] } }]]);
    expect(event?.answers).toEqual([ANSWER]);
  });
});

describe("the outbox", () => {
  test("is asked when what waits for its first publication was received", async () => {
    const pending = { receivedAt: STORED.receivedAt };
    const old = { receivedAt: { S: "2026-11-24T03:00:00.000Z" } };
    const { source, inputs } = tableWith(() => [[pending], undefined, [old, {}]]);
    expect(await readPending(source)).toEqual([
      RECEIVED,
      Date.parse("2026-11-24T03:00:00.000Z"),
      Number.NaN,
    ]);
    expect(inputs[0]).toMatchObject({
      TableName: "events",
      IndexName: "outbox",
      ExpressionAttributeValues: { ":queue": { S: "alert" } },
    });
  });
});

describe("the last test", () => {
  test("is the one received last, whatever the time that its sender gave it", async () => {
    const newer = { ...STORED, receivedAt: { S: new Date(RECEIVED + 1_000).toISOString() } };
    for (const pages of [[[STORED], [newer]], [[newer, STORED]]]) {
      const { source, inputs } = tableWith(() => pages);
      expect(await readLastTest(source)).toBe(RECEIVED + 1_000);
      expect(inputs[0]).toMatchObject({
        TableName: "events",
        KeyConditionExpression: "#id = :test",
        ExpressionAttributeValues: { ":test": { S: "0" } },
        ProjectionExpression: "#received",
      });
    }
  });

  test("is none where there was none, or no time is stored", async () => {
    expect(await readLastTest(tableWith(() => [[]]).source)).toBeUndefined();
    expect(await readLastTest(tableWith(() => [[{}]]).source)).toBeUndefined();
  });
});
