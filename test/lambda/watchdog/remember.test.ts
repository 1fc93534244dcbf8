import { describe, expect, test } from "vitest";
import { type CheckResult, failed, ok, unknown, unread } from "../../../lambda/checks/check.ts";
import type { AccountFacts } from "../../../lambda/facts/meta-facts.ts";
import {
  failLastingOutages,
  isReportDue,
  toFailedSince,
  toMemory,
  toRecovered,
} from "../../../lambda/watchdog/remember.ts";
import {
  accountFacts,
  accountMemory,
  factsOf,
  HOUR_MS,
  LOOKED_AT,
  memoryOf,
  overviewOf,
  toLine,
} from "../../support/facts.ts";

const DAY_MS = 24 * HOUR_MS;

const GOOD: CheckResult = { id: "a", name: "A", ...ok("Good.") };
const BAD: CheckResult = { id: "a", name: "A", ...failed("Bad.") };
const UNSEEN: CheckResult = { id: "a", name: "A", ...unknown("Unseen.") };
const UNREAD: CheckResult = { id: "a", name: "A", ...unread("Meta is away.", "wait") };
const QUIET: CheckResult = { ...GOOD, isQuiet: true };

describe("what could not be read", () => {
  const since = (age: number) => memoryOf({ unreadSince: { a: LOOKED_AT - age } });

  test("has failed when that lasts from one day to the next", () => {
    const [failure] = failLastingOutages([UNREAD], since(18 * HOUR_MS), LOOKED_AT);
    expect(toLine(failure)).toBe(
      "a failed, unread: Meta is away. This has lasted since 2026-11-23. Fix: wait",
    );
  });

  test.each([
    ["for a moment", UNREAD, since(18 * HOUR_MS - 1)],
    ["for the first time", UNREAD, memoryOf()],
    ["in the first run", UNREAD, undefined],
    ["but is good", GOOD, since(DAY_MS)],
    ["because there is nothing to see", UNSEEN, since(DAY_MS)],
  ])("%s stays as it is", (_what, check, memory) => {
    expect(failLastingOutages([check], memory, LOOKED_AT)).toEqual([check]);
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

  test.each([
    ["once it is good", GOOD, before, [GOOD]],
    ["not while it can't be looked at", UNSEEN, before, []],
    ["not while it fails", BAD, before, []],
    ["not where nothing was put right", QUIET, before, []],
    ["not where it did not fail", GOOD, memoryOf(), []],
    ["not in the first run", GOOD, undefined, []],
  ])("has recovered %s", (_when, check, memory, recovered) => {
    expect(toRecovered([check], memory)).toEqual(recovered);
  });

  const two = memoryOf({ failedSince: { a: LOOKED_AT - DAY_MS, b: LOOKED_AT - DAY_MS } });

  test.each([
    ["fails from now on", BAD, undefined, { a: LOOKED_AT }],
    ["fails since it failed first", BAD, before, { a: 7 }],
    ["is forgotten once it is good", GOOD, before, {}],
    ["is forgotten, and no other with it", GOOD, two, { b: LOOKED_AT - DAY_MS }],
    ["is none that was never seen", UNSEEN, undefined, {}],
  ])("%s", (_what, check, memory, failedSince) => {
    expect(toFailedSince([check], memory, LOOKED_AT)).toEqual(failedSince);
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
  const run = { facts: factsOf(), overview: overviewOf(), memory: undefined, isReported: false };

  test("is when the report was sent last", async () => {
    const memory = memoryOf({ reportedAt: 5 });
    expect((await toMemory({ ...run, memory })).reportedAt).toBe(5);
    expect((await toMemory({ ...run, memory, isReported: true })).reportedAt).toBe(LOOKED_AT);
  });

  test("is since when checks fail, and since when they could not be read", async () => {
    const lasting = { ...UNREAD, id: "lasting", state: "failed" } as const;
    const checks = [{ ...BAD, id: "bad" }, { ...UNREAD, id: "away" }, UNSEEN, GOOD, lasting];
    const overview = overviewOf({ checks });
    const memory = memoryOf({ unreadSince: { away: 3, a: 4 } });
    expect(await toMemory({ ...run, overview, memory })).toMatchObject({
      failedSince: { bad: LOOKED_AT, lasting: LOOKED_AT },
      unreadSince: { away: 3, lasting: LOOKED_AT },
    });
  });

  const gone = accountFacts({ apps: new Error("Meta"), numbers: new Error("Meta") });
  const REMEMBERED = accountMemory({ "6": 0, "7": 5 }, [
    ["15551", false, 1],
    ["15559", true, 2],
  ]);
  const memory = memoryOf({ accounts: new Map([["1", REMEMBERED]]) });
  const toAccounts = async (accounts: readonly AccountFacts[] | Error | undefined) =>
    (await toMemory({ ...run, facts: factsOf({ accounts }), memory })).accounts;

  test("is the accounts' apps and numbers: what Meta shows whole replaces what was", async () => {
    const apps = ["7", "8"].map((id) => ({ id, name: "App" }));
    const numbers = [
      { id: "0", displayPhoneNumber: "+1 555-1", isPinEnabled: true },
      { id: "1", displayPhoneNumber: "15552", isPinEnabled: undefined },
    ];
    const shown = [accountFacts({ apps, numbers }), accountFacts({ wabaId: "2", apps })];
    expect(await toAccounts(shown)).toEqual(
      new Map([
        ["1", accountMemory({ "7": 5, "8": LOOKED_AT }, [["15551", true, LOOKED_AT]])],
        ["2", accountMemory({ "7": 0, "8": 0 })],
      ]),
    );
  });

  test.each<[string, readonly AccountFacts[] | Error | undefined, Iterable<unknown>]>([
    ["what it was, where Meta does not show it", [gone], memory.accounts],
    ["what it was, where Meta can't be asked", new Error("Meta"), memory.accounts],
    ["nothing, where it is no longer asked about", [], []],
    ["nothing, where nobody's token sees it any more", undefined, []],
  ])("is of an account %s", async (_what, accounts, kept) => {
    expect([...(await toAccounts(accounts))]).toEqual([...kept]);
  });
});
