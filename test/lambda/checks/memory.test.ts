import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { type Memory, readMemory, saveMemory } from "../../../lambda/checks/memory.ts";
import { checkMemory } from "../../../lambda/checks/memory-checks.ts";
import { factsOf, HOUR_MS, LOOKED_AT } from "../../support/facts.ts";

const MEMORY: Memory = {
  ranAt: LOOKED_AT,
  reportedAt: 1,
  failedSince: { relay: 2 },
  unavailableSince: { "meta-app": 3 },
  apps: { "1": ["2"] },
  pins: [["15550783881", true, 4]],
};

const KEY = { wabaId: { S: "watchdog" }, eventKey: { S: "memory" } };

/** A table with this item under whatever key. */
function tableWith(Item: object | undefined) {
  const sent: [string, object][] = [];
  const dynamodb = {
    async send(command: GetItemCommand | PutItemCommand) {
      const isKnown = command instanceof GetItemCommand || command instanceof PutItemCommand;
      if (!isKnown) throw new Error("No other call is expected");
      sent.push([command.constructor.name, command.input]);
      return command instanceof GetItemCommand ? { Item } : {};
    },
  };
  return { sent, source: { dynamodb: dynamodb as never, tableName: "events" } };
}

function remembered(memory: unknown) {
  const text = typeof memory === "string" ? memory : JSON.stringify(memory);
  return readMemory(tableWith({ ...KEY, memory: { S: text } }).source);
}

describe("the watchdog's memory", () => {
  test("is one item, read as it was written last", async () => {
    const { source, sent } = tableWith({ ...KEY, memory: { S: JSON.stringify(MEMORY) } });
    expect(await readMemory(source)).toEqual(MEMORY);
    expect(sent).toEqual([
      ["GetItemCommand", { TableName: "events", Key: KEY, ConsistentRead: true }],
    ]);
  });

  test("is written as one item under a key that no event has", async () => {
    const { source, sent } = tableWith(undefined);
    await saveMemory(source, MEMORY);
    const Item = { ...KEY, memory: { S: JSON.stringify(MEMORY) } };
    expect(sent).toEqual([["PutItemCommand", { TableName: "events", Item }]]);
  });

  test.each([
    ["there is no item", undefined],
    ["the item holds none", KEY],
    ["the item holds another type", { ...KEY, memory: { N: "1" } }],
    ["its text is no JSON", { ...KEY, memory: { S: "{" } }],
    ["it has no time", { ...KEY, memory: { S: "{}" } }],
  ])("is none where %s", async (_what, item) => {
    expect(await readMemory(tableWith(item).source)).toBeUndefined();
  });

  test("keeps what can be understood of an older form", async () => {
    const empty = {
      ranAt: 1,
      reportedAt: 0,
      failedSince: {},
      unavailableSince: {},
      apps: {},
      pins: [],
    };
    expect(await remembered({ ranAt: 1 })).toEqual(empty);
    const odd = {
      reportedAt: "x",
      failedSince: "x",
      unavailableSince: { a: "b" },
      apps: { a: [1] },
      pins: [["1", 2, 3]],
    };
    expect(await remembered({ ...odd, ranAt: 1 })).toEqual(empty);
    expect(await remembered({ ...MEMORY, pins: 1 })).toEqual({ ...MEMORY, pins: [] });
  });
});

describe("the watchdog itself", () => {
  const MAX_AGE = 30 * HOUR_MS;

  test.each([
    [undefined, "unknown", "The watchdog has not run yet: it does so once a day."],
    [0, "ok", "The watchdog ran last 0 seconds ago."],
    [MAX_AGE - 1, "ok", "The watchdog ran last 1 day ago."],
    [MAX_AGE, "failed", "The watchdog ran last 1 day ago."],
  ])("that ran %s ms ago is %s", async (age, state, message) => {
    const memory = age === undefined ? undefined : { ...MEMORY, ranAt: LOOKED_AT - age };
    expect(await checkMemory(factsOf({ memory }), LOOKED_AT)).toEqual([
      {
        id: "watchdog",
        name: "Watchdog",
        state,
        message,
        ...(state === "failed" && { fix: 'infra/RUNBOOK.md, "Watchdog not running"' }),
      },
    ]);
  });

  test("is unknown where its memory can't be read", async () => {
    const [check] = await checkMemory(factsOf({ memory: new Error("no") }), LOOKED_AT);
    expect(check).toMatchObject({ state: "unknown", message: "Error: no" });
  });
});
