import { describe, expect, test } from "vitest";
import { findAccountChecks } from "../../../lambda/checks/account-checks.ts";
import { runAll } from "../../../lambda/checks/check.ts";
import type { Memory } from "../../../lambda/facts/memory.ts";
import type { AccountFacts, UsableToken } from "../../../lambda/facts/meta-facts.ts";
import type { SubscribedApp } from "../../../lambda/meta/account.ts";
import { MetaError, MetaUnavailableError } from "../../../lambda/meta/graph-error.ts";
import {
  accountFacts,
  accountMemory,
  factsOf,
  type GivenFacts,
  HOUR_MS,
  LOOKED_AT,
  lineOf,
  linesIn,
  memoryOf,
  toLine,
  toName,
  usableToken,
  watchedSystem,
} from "../../support/facts.ts";

function checksOf(facts: GivenFacts, isWatchdog = false) {
  return findAccountChecks(watchedSystem({ isWatchdog }), factsOf(facts), "7", LOOKED_AT);
}

async function linesOf(facts: GivenFacts, isWatchdog = false): Promise<string[]> {
  return (await runAll(checksOf(facts, isWatchdog))).map(toLine);
}

const OURS = { id: "7", name: "Security hooks" };
const OTHER = { id: "8", name: "Chat\u202e" };

const numbersOf = (...pins: readonly (boolean | undefined)[]) =>
  pins.map((isPinEnabled, index) => {
    return { id: "1", displayPhoneNumber: `+1 555-000${index}`, isPinEnabled };
  });

/** An account with our app and one number, whose PIN is on, but for this. */
function account(difference: Parameters<typeof accountFacts>[0] = {}): AccountFacts {
  return accountFacts({ apps: [OURS], numbers: numbersOf(true), ...difference });
}

/** Facts of a token that sees these accounts. */
function seeing(accounts: readonly AccountFacts[], given: Partial<UsableToken> = {}): GivenFacts {
  const wabaIds = accounts.map(({ wabaId }) => wabaId);
  return { accounts, token: usableToken({ wabaIds, ...given }) };
}

describe("accounts that Meta is asked about", () => {
  test("are counted, and each checked in three ways", async () => {
    const checks = await runAll(checksOf(seeing([account(), account({ wabaId: "2" })])));
    expect(checks.slice(0, 4).map(toName)).toEqual([
      "Accounts (account)",
      "Account 1 (account-1)",
      "Apps of 1 (apps-1)",
      "Numbers of 1 (numbers-1)",
    ]);
    expect(checks.map(toLine)).toEqual([
      "account ok: The system-user token sees 2 accounts, and may set PINs.",
      ...["1", "2"].flatMap((id) => [
        `account-${id} ok: The app is subscribed to it.`,
        `apps-${id} ok: Remembered from now on: Security hooks (7).`,
        `numbers-${id} ok: Two-step verification is on for 1 number.`,
      ]),
    ]);
  });

  test("are counted, refused, or not seen, in words", async () => {
    const odd = new Error("odd");
    const refused = new MetaError("No.", 10);
    const parts = (error: Error) => seeing([account({ apps: error, numbers: error })]);
    const situations: Readonly<Record<string, GivenFacts>> = {
      "no account is given": seeing([]),
      "Meta refuses the token": { token: new MetaError("It is dead.") },
      "Meta can't be asked yet": { token: new MetaUnavailableError("Away.") },
      "the token can't be read": { token: odd },
      "an account can't be read: its apps are one line": parts(odd),
      // Somebody may have taken an account that Meta refuses.
      "Meta refuses an account": parts(refused),
      "the token cannot set PINs": seeing([account()], { canSetPins: false }),
    };
    const look = async (facts: GivenFacts) => (await linesOf(facts)).join("; ");
    expect(await linesIn(situations, look)).toMatchSnapshot();
  });

  describe("that are gone", () => {
    const memory = memoryOf({ accounts: new Map([["2", accountMemory({ "7": 0 })]]) });

    type Gone = readonly [GivenFacts, isWatchdog?: boolean];

    test("are a failure which says why, unless somebody took them from the list", async () => {
      const situations: Readonly<Record<string, Gone>> = {
        "the token sees it no longer": [seeing([account()])],
        "no token is kept": [{}],
        "an operator took it away": [seeing([account()], { isListed: true })],
        "it is still there": [seeing([account({ wabaId: "2" })])],
        "the memory can't be read": [{ ...seeing([account()]), memory: new Error("no") }],
        "a command does not ask about it": [seeing([account()]), false],
      };
      const look = async ([facts, isWatchdog = true]: Gone) => {
        const lines = await linesOf({ memory, ...facts }, isWatchdog);
        return lines.filter((line) => /no longer watched/.test(line)).join("; ");
      };
      expect(await linesIn(situations, look)).toMatchSnapshot();
    });
  });
});

test("without a token it is said how one is given, or what the watchdog saw last", async () => {
  const accounts = new Map(["1", "2"].map((id) => [id, accountMemory({ "7": 0 })]));
  const of = (remembered: Partial<Memory>) => memoryOf({ accounts, ...remembered });
  const apps = { "apps-1": 1, "numbers-2": 1 };
  const account = { account: 1, "apps-1": 1 };
  const situations = {
    "nothing is remembered": undefined,
    "the memory can't be read": new Error("denied"),
    "no account is remembered": memoryOf({}),
    "all was well": of({ failedSince: { relay: 1 } }),
    "something had failed": of({ failedSince: apps, unreadSince: { "account-1": 1 } }),
    "something was unread": of({ failedSince: { "meta-accounts": 1 }, unreadSince: account }),
  };
  const look = async (memory: Memory | Error | undefined) => (await linesOf({ memory })).join();
  expect(await linesIn(situations, look)).toMatchSnapshot();
});

describe("an account", () => {
  test("says which apps are subscribed", async () => {
    const situations = {
      "ours and others": [OTHER, OURS, { id: "9", name: "Third" }],
      none: [],
      "another one": [OTHER],
    };
    const look = (apps: readonly SubscribedApp[]) =>
      lineOf(checksOf(seeing([account({ apps })])), "account-1");
    expect(await linesIn(situations, look)).toMatchSnapshot();
  });

  const since = (days: number) => LOOKED_AT - days * 24 * HOUR_MS;
  const withApps = (apps: Record<string, number>, difference: Partial<Memory> = {}) =>
    memoryOf({ accounts: new Map([["1", accountMemory(apps)]]), ...difference });
  const KNOWN = { knownApps: new Map([["8", LOOKED_AT]]) };

  test("says which apps are new: for fourteen days, and never good again while one is there", async () => {
    const [both, ours] = [[OURS, OTHER], [OURS]];
    const first = { "7": 0 };
    const situations: Readonly<Record<string, readonly [readonly SubscribedApp[], Memory]>> = {
      "an app that it did not have before": [both, withApps(first)],
      "one new for 13 days": [both, withApps({ ...first, "8": since(14) + 1 })],
      "one new for 14 days": [both, withApps({ ...first, "8": since(14) })],
      "one new before that": [both, withApps({ ...first, "8": since(15) })],
      "one since the first look": [both, withApps({ ...first, "8": 0 })],
      "one since known": [both, withApps({ ...first, "8": since(1) }, KNOWN)],
      "one known before": [both, withApps(first, KNOWN)],
      "no new app any more": [ours, withApps({ ...first, "8": since(1) })],
      "no app at all": [[], withApps({})],
      "two new ones": [both, withApps({})],
      "its first look": [both, memoryOf()],
    };
    const look = ([apps, memory]: readonly [readonly SubscribedApp[], Memory]) =>
      lineOf(checksOf({ ...seeing([account({ apps })]), memory }), "apps-1");
    expect(await linesIn(situations, look)).toMatchSnapshot();
  });

  test("says of which numbers the PIN is off, and sets it by one command", async () => {
    const situations = {
      "all are on": [true, true],
      "there are none": [],
      "one is not said": [true, undefined],
      "two are off": [false, undefined, true, false],
      "more are off": [false, false, false, false],
    };
    const look = (pins: readonly (boolean | undefined)[]) =>
      lineOf(checksOf(seeing([account({ numbers: numbersOf(...pins) })])), "numbers-1");
    expect(await linesIn(situations, look)).toMatchSnapshot();
  });
});
