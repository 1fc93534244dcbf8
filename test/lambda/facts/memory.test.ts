import { beforeEach, describe, expect, test } from "vitest";
import {
  type AccountMemory,
  readMemory,
  saveItem,
  saveKnownApp,
} from "../../../lambda/facts/memory.ts";
import { saveMemory } from "../../../lambda/watchdog/save-memory.ts";
import { accountMemory, memoryOf } from "../../support/facts.ts";
import { memoryTable } from "../../support/memory-table.ts";

const MEMORY = memoryOf({
  reportedAt: 1,
  failedSince: { relay: 2, "apps-7": 3 },
  unreadSince: { "meta-app": 4, "account-8": 5 },
  accounts: new Map([
    ["7", accountMemory({ "1": 0, "2": 6 }, [["15550783881", true, 4]])],
    ["8", { apps: undefined, pins: [] }],
  ]),
});

let table: ReturnType<typeof memoryTable>;
beforeEach(() => {
  table = memoryTable();
});

describe("the watchdog's memory", () => {
  test("is read as it was written, an item an account", async () => {
    await saveMemory(table.source, MEMORY, undefined);
    expect([...table.items.keys()]).toEqual(["account#7", "account#8", "memory"]);
    expect(await readMemory(table.source)).toEqual(MEMORY);
  });

  test("is none before the first run", async () => {
    expect(await readMemory(table.source)).toBeUndefined();
  });

  test("cannot be read in part: a page that fails is an error", async () => {
    await saveMemory(table.source, MEMORY, undefined);
    table.fails = () => true;
    await expect(readMemory(table.source)).rejects.toThrow();
  });

  test("of an account has five thousand numbers at most, those that are off first", async () => {
    const pins = Array.from({ length: 5_001 }, (_, id) => [String(id), id !== 5_000, 1] as const);
    const memory = memoryOf({ accounts: new Map([["7", accountMemory({}, pins)]]) });
    await saveMemory(table.source, memory, undefined);
    const read = (await readMemory(table.source))?.accounts.get("7")?.pins;
    expect(read).toHaveLength(5_000);
    expect(read?.[0]).toEqual(["5000", false, 1]);
    expect(Math.max(...[...table.items.values()].map((text) => text.length))).toBeLessThan(390_000);
  });

  test("forgets an account that is gone, and since when its checks fail", async () => {
    await saveMemory(table.source, MEMORY, undefined);
    const accounts = new Map([["7", accountMemory({})]]);
    const after = { ...MEMORY, accounts, failedSince: { ...MEMORY.failedSince, "account-8": 9 } };
    await saveMemory(table.source, after, MEMORY);
    expect([...table.items.keys()].sort()).toEqual(["account#7", "memory"]);
    expect((await readMemory(table.source))?.failedSince).toEqual(MEMORY.failedSince);
  });

  test("keeps the apps that an operator named known", async () => {
    await saveKnownApp(table.source, "9", 5);
    expect(await readMemory(table.source)).toEqual(
      memoryOf({ ranAt: 0, knownApps: new Map([["9", 5]]) }),
    );
    await saveMemory(table.source, MEMORY, memoryOf());
    expect((await readMemory(table.source))?.knownApps).toEqual(new Map([["9", 5]]));
  });

  const TIMES = { failedSince: { relay: "x", "apps-7": 3 }, unreadSince: 7 };
  const OFF = ["15559", false, 4] as const;
  const heldAs = (account: AccountMemory) => ({ accounts: new Map([["7", account]]) });

  test.each([
    ["a time", TIMES, { failedSince: { "apps-7": 3 } }],
    ["an app", { apps: [["1", "x"], 5, ["2", 6]] }, heldAs(accountMemory({ "2": 6 }))],
    ["a number", { pins: [["1", 2, 3], OFF], apps: [] }, heldAs(accountMemory({}, [OFF]))],
  ])("loses nothing but an entry of a wrong type: %s", async (_what, item, expected) => {
    await saveItem(table.source, "memory", { ranAt: 1 });
    await saveItem(table.source, "account#7", { pins: [], ...item });
    const accounts = new Map([["7", { apps: undefined, pins: [] }]]);
    expect(await readMemory(table.source)).toEqual(memoryOf({ ranAt: 1, accounts, ...expected }));
  });

  test.each([
    ["account#7", "{"],
    ["account#7", "[]"],
    ["known#7", "{}"],
    ["memory", "{}"],
  ])("says of which item nothing could be understood: %s, %s", async (key, text) => {
    await saveMemory(table.source, MEMORY, undefined);
    table.items.set(key, text);
    const read = await readMemory(table.source);
    expect(read?.damaged).toEqual([key]);
    expect(read?.accounts.get("8")).toEqual(MEMORY.accounts.get("8"));
    await saveMemory(table.source, { ...MEMORY, accounts: new Map() }, read);
    expect((await readMemory(table.source))?.damaged).toEqual([]);
  });
});
