import { describe, expect, test } from "vitest";
import { type CheckResult, failed, ok, unknown } from "../../../lambda/checks/check.ts";
import type { Memory } from "../../../lambda/checks/memory.ts";
import type { AccountFacts } from "../../../lambda/checks/meta-facts.ts";
import { toOverview } from "../../../lambda/checks/overview.ts";
import {
  failWhatLasts,
  isReportDue,
  toFailedSince,
  toMemory,
  toRecovered,
} from "../../../lambda/watchdog/remember.ts";
import { factsOf, HOUR_MS, LOOKED_AT } from "../../support/facts.ts";

const DAY_MS = 24 * HOUR_MS;

function memoryOf(difference: Partial<Memory> = {}): Memory {
  return {
    ranAt: LOOKED_AT - DAY_MS,
    reportedAt: 0,
    failedSince: {},
    unavailableSince: {},
    apps: {},
    pins: [],
    ...difference,
  };
}

const GOOD: CheckResult = { id: "a", name: "A", ...ok("Good.") };
const BAD: CheckResult = { id: "a", name: "A", ...failed("Bad.") };
const UNSEEN: CheckResult = { id: "a", name: "A", ...unknown("Unseen.") };
const AWAY: CheckResult = { id: "a", name: "A", ...unknown("Meta is away."), isPassing: true };

describe("what Meta could not be asked", () => {
  const since = (age: number) => memoryOf({ unavailableSince: { a: LOOKED_AT - age } });

  test("has failed when it lasts from one day to the next", () => {
    expect(failWhatLasts([AWAY], since(18 * HOUR_MS), LOOKED_AT)).toEqual([
      {
        ...AWAY,
        state: "failed",
        message: "Meta is away. So it is since 2026-11-23.",
        fix: "see https://metastatus.com and the function's way to the internet",
      },
    ]);
  });

  test.each([
    ["for a moment", AWAY, since(18 * HOUR_MS - 1)],
    ["for the first time", AWAY, memoryOf()],
    ["in the first run", AWAY, undefined],
    ["but is good", GOOD, since(DAY_MS)],
    ["for another reason", UNSEEN, since(DAY_MS)],
  ])("%s stays as it is", (_what, check, memory) => {
    expect(failWhatLasts([check], memory, LOOKED_AT)).toEqual([check]);
  });
});

describe("the weekly report", () => {
  const WEEK_MS = 7 * DAY_MS;

  test.each([
    [undefined, true],
    [memoryOf(), true],
    [memoryOf({ reportedAt: LOOKED_AT - WEEK_MS }), true],
    [memoryOf({ reportedAt: LOOKED_AT - WEEK_MS + 6 * HOUR_MS }), true],
    [memoryOf({ reportedAt: LOOKED_AT - WEEK_MS + 6 * HOUR_MS + 1 }), false],
    [memoryOf({ reportedAt: LOOKED_AT - 6 * DAY_MS }), false],
  ])("is due after a week, give or take some hours: %#", (memory, isDue) => {
    expect(isReportDue(memory, LOOKED_AT)).toBe(isDue);
  });
});

describe("a check that failed", () => {
  const before = memoryOf({ failedSince: { a: 7 } });

  test("has recovered once it is good, not while it can't be looked at", () => {
    expect(toRecovered([GOOD], before)).toEqual([GOOD]);
    expect(toRecovered([UNSEEN], before)).toEqual([]);
    expect(toRecovered([BAD], before)).toEqual([]);
    expect(toRecovered([GOOD], memoryOf())).toEqual([]);
    expect(toRecovered([GOOD], undefined)).toEqual([]);
  });

  test("fails since it failed first", () => {
    expect(toFailedSince([BAD], undefined, LOOKED_AT)).toEqual({ a: LOOKED_AT });
    expect(toFailedSince([BAD], before, LOOKED_AT)).toEqual({ a: 7 });
    expect(toFailedSince([GOOD], before, LOOKED_AT)).toEqual({});
    expect(toFailedSince([UNSEEN], undefined, LOOKED_AT)).toEqual({});
  });

  test("is forgotten as soon as it is good, and no other with it", () => {
    const failedSince = { a: LOOKED_AT - DAY_MS, b: LOOKED_AT - DAY_MS };
    expect(toFailedSince([GOOD], memoryOf({ failedSince }), LOOKED_AT)).toEqual({
      b: LOOKED_AT - DAY_MS,
    });
  });

  test("is remembered for a month while it can't be looked at, or is gone", () => {
    const aged = (age: number) => memoryOf({ failedSince: { a: LOOKED_AT - age } });
    const MONTH_MS = 30 * DAY_MS;
    for (const checks of [[UNSEEN], []]) {
      const kept = toFailedSince(checks, aged(MONTH_MS - 1), LOOKED_AT);
      expect(kept).toEqual({ a: LOOKED_AT - MONTH_MS + 1 });
      expect(toFailedSince(checks, aged(MONTH_MS), LOOKED_AT)).toEqual({});
    }
  });
});

describe("what the next run has to know", () => {
  const overviewOf = (checks: readonly CheckResult[]) =>
    toOverview({
      at: LOOKED_AT,
      checks,
      history: [],
      pins: [],
      numberLabels: {},
      alertSubscribers: [],
      operationsSubscribers: [],
      lastTest: undefined,
    });

  function account(
    wabaId: string,
    numbers: readonly (readonly [string, boolean | undefined])[],
  ): AccountFacts {
    return {
      wabaId,
      apps: Promise.resolve([{ id: "7", name: "App" }]),
      numbers: Promise.resolve(
        numbers.map(([displayPhoneNumber, isPinEnabled], id) => {
          return { id: String(id), displayPhoneNumber, isPinEnabled };
        }),
      ),
    };
  }

  const run = { facts: factsOf(), overview: overviewOf([]), memory: undefined, isReported: false };

  test("after the first run is when it was", async () => {
    const empty = { failedSince: {}, unavailableSince: {}, apps: {}, pins: [] };
    expect(await toMemory(run)).toEqual({ ranAt: LOOKED_AT, reportedAt: 0, ...empty });
  });

  test("is when the report was sent last", async () => {
    const memory = memoryOf({ reportedAt: 5 });
    expect((await toMemory({ ...run, memory })).reportedAt).toBe(5);
    expect((await toMemory({ ...run, memory, isReported: true })).reportedAt).toBe(LOOKED_AT);
  });

  test("is since when checks fail, and since when Meta is away", async () => {
    const overview = overviewOf([{ ...BAD, id: "bad" }, { ...AWAY, id: "away" }, UNSEEN, GOOD]);
    const before = memoryOf({ unavailableSince: { away: 3, a: 4 } });
    expect(await toMemory({ ...run, overview })).toMatchObject({
      failedSince: { bad: LOOKED_AT },
      unavailableSince: { away: LOOKED_AT },
    });
    const after = await toMemory({ ...run, overview, memory: before });
    expect(after.unavailableSince).toEqual({ away: 3 });
  });

  test("is the accounts' apps and numbers; what could not be read stays", async () => {
    const gone = Promise.reject(new Error("Meta"));
    gone.catch(() => {});
    const accounts = [
      account("1", [
        ["+1 555-1", true],
        ["15552", undefined],
        ["15553", false],
      ]),
      { wabaId: "2", apps: gone, numbers: gone },
    ];
    const memory = memoryOf({
      apps: { "1": ["6"], "2": ["8"] },
      pins: [
        ["15551", false, 1],
        ["15559", true, 2],
      ],
    });
    expect(await toMemory({ ...run, facts: factsOf({ accounts }), memory })).toMatchObject({
      apps: { "1": ["7"], "2": ["8"] },
      pins: [
        ["15553", false, LOOKED_AT],
        ["15551", true, LOOKED_AT],
        ["15559", true, 2],
      ],
    });
    const unread = factsOf({ accounts: new Error("Meta") });
    expect(await toMemory({ ...run, facts: unread, memory })).toMatchObject({
      apps: memory.apps,
      pins: memory.pins,
    });
  });

  test("is of 4000 numbers at most, those that are off first", async () => {
    const numbers = Array.from({ length: 4_001 }, (_, index) => {
      return [`1555${String(index).padStart(7, "0")}`, index !== 4_000] as const;
    });
    const facts = factsOf({ accounts: [account("1", numbers)] });
    const { pins } = await toMemory({ ...run, facts });
    expect(pins).toHaveLength(4_000);
    expect(pins[0]).toEqual(["15550004000", false, LOOKED_AT]);
    expect(pins.at(-1)).toEqual(["15550003998", true, LOOKED_AT]);
  });
});
