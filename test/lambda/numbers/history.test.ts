import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import type { SecurityEvent } from "../../../lambda/event/security-event.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { readHistory, readLastTest, readPending } from "../../../lambda/numbers/history.ts";
import { readPinReading, readPinReadings } from "../../../lambda/numbers/pin-readings.ts";
import { parseReadings } from "../../../lambda/numbers/readings.ts";
import { createMemoryClient } from "../../explore/memory-table.ts";
import { ANSWER, later, SENT_AT, securityEvent } from "../../support/notices.ts";
import { hold, storedAlert } from "../../support/stored-alerts.ts";

/** A table that holds these, and shows five hundred a page. */
async function sourceWith(...alerts: readonly StoredAlert[]) {
  const dynamodb = createMemoryClient();
  await hold({ dynamodb }, ...alerts);
  return { dynamodb, tableName: "events" };
}

function alertOf(event: Partial<SecurityEvent>, difference: Partial<StoredAlert> = {}) {
  return storedAlert({ event: securityEvent(event), ...difference });
}

const many = (difference: Partial<StoredAlert>, length = 501, event: Partial<SecurityEvent> = {}) =>
  Array.from({ length }, (_, index) => alertOf({ eventKey: `key ${index}`, ...event }, difference));

describe("the history", () => {
  test("is every documented event on every page, without tests, values and links", async () => {
    const off = alertOf({ event: "PIN_REQUEST_SUCCESS", eventKey: "off" }, { answers: [ANSWER] });
    const set = alertOf({ event: "PIN_CHANGED", eventKey: "set" }, { alert: "none" });
    const tested = alertOf({ eventKey: "test", test: true });
    const source = await sourceWith(...many({ incidentCode: "code" }), off, set, tested);
    const history = await readHistory(source);
    expect(history).toHaveLength(503);
    expect(new Set(history.map(({ event }) => event.event)).size).toBe(3);
    expect(history.flatMap(({ answers }) => answers)).toEqual([ANSWER]);
    expect(history.filter(({ event, incidentCode }) => event.value || incidentCode)).toEqual([]);
  });

  test("has an alert of another name as long as it waits in the outbox, once", async () => {
    const odd = (eventKey: string, alert: StoredAlert["alert"]) =>
      alertOf({ event: "PIN_ODD", eventKey }, { alert });
    const source = await sourceWith(alertOf({}), odd("open", "open"), odd("ended", "none"));
    const read = await readHistory(source);
    expect(read.map(({ event }) => event.event)).toEqual(["PIN_RESET_REQUEST", "PIN_ODD"]);
    const crowd = await sourceWith(...many({}, 1_001, { event: "PIN_ODD" }));
    expect(await readHistory(crowd)).toHaveLength(1_000);
    const send = (command: object) =>
      command instanceof GetItemCommand ? {} : source.dynamodb.send(command as never);
    const dynamodb = Object.assign(Object.create(source.dynamodb), { send });
    expect(await readHistory({ ...source, dynamodb }), "deleted meanwhile").toHaveLength(1);
  });
});

test("the outbox is asked when what waits for its first publication was received", async () => {
  const source = await sourceWith(...many({ alert: "pending" }), alertOf({}));
  expect(await readPending(source)).toEqual(Array(501).fill(SENT_AT + 1000));
});

test("the last test is the one received last, whatever the time that its sender gave it", async () => {
  const tested = (minutes: number, eventKey: string) =>
    storedAlert({ event: later(minutes, { wabaId: "0", test: true, eventKey }) });
  expect(await readLastTest(await sourceWith(alertOf({})))).toBeUndefined();
  for (const keys of [
    ["a", "b"],
    ["b", "a"],
  ] as const) {
    const source = await sourceWith(tested(1, keys[0]), tested(2, keys[1]));
    expect(await readLastTest(source)).toBe(SENT_AT + 2 * 60_000 + 1000);
  }
});

test("what Meta said of a number at the end of a run of protect is read, of all numbers or of one", async () => {
  const { dynamodb, tableName } = await sourceWith();
  const wabaId = { S: "protect" };
  const said = { isPinEnabled: { BOOL: false }, readAt: { N: "5" } };
  for (const Item of [
    { wabaId, eventKey: { S: "1" }, ...said },
    { wabaId, eventKey: { S: "2" } },
    { wabaId: { S: "9" }, eventKey: { S: "3" }, ...said },
  ]) {
    await dynamodb.send(new PutItemCommand({ TableName: tableName, Item }));
  }
  const reading = { displayPhoneNumber: "1", isPinEnabled: false, at: 5 };
  expect(await readPinReadings({ dynamodb, tableName })).toEqual([reading]);
  const ofEach = ["1", "2", "3"].map((digits) => readPinReading(dynamodb, tableName, digits));
  expect(await Promise.all(ofEach)).toEqual([[reading], [], []]);
});

test("a memory of an account has the readings that are understood", () => {
  for (const odd of [undefined, "{", "null", '{"pins":{"length":1}}']) {
    expect(parseReadings(odd)).toEqual([]);
  }
  const pins = [["1", true, 5], [2, true, 5], ["3", 1, 5], ["4", true, "5"], null, ["6", false, 7]];
  expect(parseReadings(JSON.stringify({ pins }))).toEqual([
    { displayPhoneNumber: "1", isPinEnabled: true, at: 5 },
    { displayPhoneNumber: "6", isPinEnabled: false, at: 7 },
  ]);
});
