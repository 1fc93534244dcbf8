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

  test.each<[string, GivenFacts, RegExp]>([
    ["are none", seeing([]), /^unknown: No account .* npm run connect -- .* --waba ID$/],
    [
      "are refused",
      { token: new MetaError("It is dead.") },
      /^failed: It is dead\. .*--keep-token$/,
    ],
    [
      "can't be asked about yet",
      { token: new MetaUnavailableError("Away.") },
      /, unread: Away\. Fix/,
    ],
    ["can't be asked about", { token: new Error("odd") }, /^unknown, unread: Error: odd$/],
  ])("%s", async (_what, facts, line) => {
    expect(await linesOf(facts)).toHaveLength(1);
    expect(await lineOf(checksOf(facts), "account")).toMatch(line);
  });

  // Somebody may have taken an account that Meta refuses.
  test.each([
    ["can't be read fail", new Error("a"), "unknown, unread: Error: a"],
    ["Meta refuses have failed at once,", new MetaError("No.", 10), "failed: No."],
  ])("that %s each part by itself; what is not shown of the apps is one line", async (...given) => {
    const [, error, line] = given;
    const lines = await linesOf(seeing([account({ apps: error, numbers: error })]));
    expect(lines.slice(1)).toEqual([`account-1 ${line}`, `numbers-1 ${line}`]);
  });

  test("are seen by a token that cannot set PINs, which is said with what does not work", async () => {
    const [line] = await linesOf(seeing([account()], { canSetPins: false }));
    expect(line).toMatch(
      /^account ok: .* 1 account\. .* lacks .*_messaging: .* npm run protect .* Fix: .*npm run connect/,
    );
  });

  describe("that are gone", () => {
    const memory = memoryOf({ accounts: new Map([["2", accountMemory({ "7": 0 })]]) });

    test.each([
      ["the token may no longer see this account", seeing([account()])],
      ["no token is kept any more", {}],
    ])("are a failure: %s", async (why, facts) => {
      expect(await lineOf(checksOf({ ...facts, memory }, true), "account-2")).toContain(
        `failed: It is no longer watched: ${why}. This is reported once.`,
      );
    });

    test.each([
      ["an operator took from the list", seeing([account()], { isListed: true }), memory, true],
      ["are still there", seeing([account({ wabaId: "2" })]), memory, true],
      ["cannot be read from the memory", seeing([account()]), new Error("no"), true],
      ["a command did not ask about", seeing([account()]), memory, false],
    ])("are none that %s", async (_why, facts, remembered, isWatchdog) => {
      const lines = await linesOf({ ...facts, memory: remembered }, isWatchdog);
      expect(lines.filter((line) => /no longer watched/.test(line))).toEqual([]);
    });
  });
});

describe("without a token", () => {
  test("it is said how one is given", async () => {
    for (const memory of [undefined, new Error("denied"), memoryOf({})]) {
      expect(await linesOf({ memory })).toEqual([
        expect.stringMatching(
          /^account unknown: A system-user token is needed .* set WHATSAPP_SYSTEM_USER_TOKEN .*npm run connect -- .*--waba ID --keep-token$/,
        ),
      ]);
    }
  });

  const accounts = new Map(["1", "2"].map((id) => [id, accountMemory({ "7": 0 })]));
  const SEEN = { failedSince: { "apps-1": 1, "numbers-2": 1 }, unreadSince: { "account-1": 1 } };

  test.each([
    [/^ok: .* saw 2 accounts 24 hours ago\.$/, { failedSince: { relay: 1 } }],
    [/^failed: .* 24 hours ago: apps-1, numbers-2\. Fix: see its mail/, SEEN],
    [
      /^unknown: .* could not check 24 hours ago: account\.$/,
      { failedSince: { "meta-accounts": 1 }, unreadSince: { account: 1 } },
    ],
  ])("what the watchdog saw last is shown: %s", async (line, remembered) => {
    const memory = memoryOf({ accounts, ...remembered });
    expect(await lineOf(checksOf({ memory }), "account")).toMatch(line);
  });
});

describe("an account", () => {
  test.each([
    [[OTHER, OURS, { id: "9", name: "Third" }], /^ok: .*, and so are: Chat \(8\), Third \(9\)\.$/],
    [[], /^failed: .* not subscribed .*event comes\. Fix: npm run connect .*--app-id 7 --waba 1$/],
    [[OTHER], /^failed: .* no event comes\. Subscribed are: Chat \(8\)\. Fix: npm run connect /],
  ])("with the apps %j", async (apps, line) => {
    expect(await lineOf(checksOf(seeing([account({ apps })])), "account-1")).toMatch(line);
  });

  const since = (days: number) => LOOKED_AT - days * 24 * HOUR_MS;
  const withApps = (apps: Record<string, number>, difference: Partial<Memory> = {}) =>
    memoryOf({ accounts: new Map([["1", accountMemory(apps)]]), ...difference });
  const KNOWN = { knownApps: new Map([["8", LOOKED_AT - HOUR_MS]]) };
  const NEW =
    /^failed: New since 2026-11-24: Chat \(8\)\. 1 app gets .* remove it; .* Else npm run status -- --stack Hooks --known-app 8$/;
  const WAS_NEW = /^ok, quiet: No app is new: Security hooks \(7\), Chat \(8\)\.$/;

  // A new app fails for fourteen days, and is never good again while it is there.
  test.each<[string, readonly SubscribedApp[], Memory, RegExp]>([
    ["an app that it did not have before", [OURS, OTHER], withApps({ "7": 0 }), NEW],
    ["one new for 13 days", [OURS, OTHER], withApps({ "7": 0, "8": since(14) + 1 }), /^failed:/],
    ["one new for 14 days", [OURS, OTHER], withApps({ "7": 0, "8": since(14) }), WAS_NEW],
    ["one new before that", [OURS, OTHER], withApps({ "7": 0, "8": since(15) }), /^ok: No app/],
    ["one since the first look", [OURS, OTHER], withApps({ "7": 0, "8": 0 }), /^ok: No app/],
    ["one since known", [OURS, OTHER], withApps({ "7": 0, "8": since(1) }, KNOWN), WAS_NEW],
    ["one known before", [OURS, OTHER], withApps({ "7": 0 }, KNOWN), /^ok: No app is new:/],
    ["no new app any more", [OURS], withApps({ "7": 0, "8": since(1) }), /^ok: No app is new: S/],
    ["no app at all", [], withApps({}), /^ok: No app is new: none subscribed\.$/],
    ["its first look", [OURS, OTHER], memoryOf(), /^ok: Remembered .*: .* \(7\), Chat \(8\)\.$/],
  ])("has %s", async (_what, apps, memory, line) => {
    const facts = { ...seeing([account({ apps })]), memory };
    expect(await lineOf(checksOf(facts), "apps-1")).toMatch(line);
  });

  test.each<[(boolean | undefined)[], RegExp]>([
    [[true, true], /^ok: Two-step verification is on for 2 numbers\.$/],
    [[], /^ok: Two-step verification is on for 0 numbers\.$/],
    [[true, undefined], /^unknown: Meta does not say whether it is on for 1 number\.$/],
    [
      [false, undefined, true, false],
      /^failed: .* off for \+1 555-0000, \+1 555-0003\. By hand: .* Fix: npm run protect -- --stack Hooks --phone 15550000 --phone 15550003 --as "YOUR NAME"$/,
    ],
    [
      [false, false, false, false],
      /Fix: npm run protect -- .* --all-unprotected --as "YOUR NAME"$/,
    ],
  ])("has numbers whose PINs are %j", async (pins, line) => {
    const facts = seeing([account({ numbers: numbersOf(...pins) })]);
    expect(await lineOf(checksOf(facts), "numbers-1")).toMatch(line);
  });
});
