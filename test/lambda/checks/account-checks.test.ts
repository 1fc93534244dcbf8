import { describe, expect, test } from "vitest";
import { findAccountChecks } from "../../../lambda/checks/account-checks.ts";
import { runAll } from "../../../lambda/checks/check.ts";
import type { Memory } from "../../../lambda/facts/memory.ts";
import type { AccountFacts, UsableToken } from "../../../lambda/facts/meta-facts.ts";
import type { PhoneNumber, SubscribedApp } from "../../../lambda/meta/account.ts";
import { MetaError, MetaUnavailableError } from "../../../lambda/meta/graph-error.ts";
import {
  accountMemory,
  factsOf,
  HOUR_MS,
  LOOKED_AT,
  memoryOf,
  toLine,
  toName,
  watchedSystem,
} from "../../support/facts.ts";

type GivenFacts = Parameters<typeof factsOf>[0];

function look(facts: GivenFacts, isWatchdog = false) {
  return runAll(findAccountChecks(watchedSystem({ isWatchdog }), factsOf(facts), "7", LOOKED_AT));
}

async function linesOf(facts: GivenFacts): Promise<string[]> {
  return (await look(facts)).map(toLine);
}

const OURS = { id: "7", name: "Security hooks" };
const OTHER = { id: "8", name: "Chat\u202e" };
const RENEW = "npm run connect -- --stack Hooks --app-id 7 --keep-token";

interface GivenAccount {
  readonly wabaId?: string;
  readonly apps?: readonly SubscribedApp[] | Error;
  readonly numbers?: readonly (boolean | undefined)[] | Error;
}

function account({ wabaId = "1", apps = [OURS], numbers = [true] }: GivenAccount): AccountFacts {
  const settle = <T>(value: T | Error) => {
    const settled = value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
    settled.catch(() => {});
    return settled;
  };
  const phones: readonly PhoneNumber[] | Error =
    numbers instanceof Error
      ? numbers
      : numbers.map((isPinEnabled, index) => {
          return { id: "1", displayPhoneNumber: `+1 555-000${index}`, isPinEnabled };
        });
  return { wabaId, apps: settle(apps), numbers: settle(phones) };
}

/** Facts of a token that sees these accounts. */
function seeing(accounts: readonly AccountFacts[], given: Partial<UsableToken> = {}): GivenFacts {
  const wabaIds = accounts.map(({ wabaId }) => wabaId);
  const user = { token: "EAA", app: { id: "7", secret: "s" } };
  return { accounts, token: { user, wabaIds, isListed: false, canSetPins: true, ...given } };
}

describe("accounts that Meta is asked about", () => {
  test("are counted, and each checked in three ways", async () => {
    const checks = await look(seeing([account({}), account({ wabaId: "2" })]));
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

  test.each<[string, GivenFacts, string]>([
    [
      "are none",
      seeing([]),
      "unknown: No account was given. Fix: npm run connect -- --stack Hooks --waba ID",
    ],
    [
      "are refused to the token",
      { token: new MetaError("The token is dead.") },
      `failed: The token is dead. Fix: ${RENEW}`,
    ],
    [
      "can't be asked about for the moment",
      { token: new MetaUnavailableError("Away.") },
      "unknown, unread: Away. Fix: if it lasts: see https://metastatus.com, and the way to the internet",
    ],
    ["can't be asked about", { token: new Error("odd") }, "unknown, unread: Error: odd"],
  ])("%s", async (_what, facts, line) => {
    expect(await linesOf(facts)).toEqual([`account ${line}`]);
  });

  test("fail each part by itself; what Meta does not show of the apps is one line", async () => {
    const accounts = [account({ apps: new Error("a"), numbers: new Error("b") })];
    expect((await linesOf(seeing(accounts))).slice(1)).toEqual([
      "account-1 unknown, unread: Error: a",
      "numbers-1 unknown, unread: Error: b",
    ]);
  });

  test("have failed at once when Meta refuses them: somebody may have taken them", async () => {
    const refusal = new MetaError("The token may not use account 1.", 10);
    const facts = seeing([account({ apps: refusal, numbers: refusal })]);
    expect((await linesOf(facts)).slice(1)).toEqual([
      "account-1 failed: The token may not use account 1.",
      "numbers-1 failed: The token may not use account 1.",
    ]);
  });

  test("are seen by a token that cannot set PINs, which is said with what does not work", async () => {
    const [line] = await linesOf(seeing([account({})], { canSetPins: false }));
    expect(line).toMatch(
      /^account ok: The system-user token sees 1 account\. The system-user token lacks the permission whatsapp_business_messaging: it can see the accounts, but npm run protect cannot set a PIN with it\. Fix: /,
    );
    expect(line).toContain(RENEW);
  });

  describe("that are gone", () => {
    const memory = memoryOf({ accounts: new Map([["2", accountMemory({ "7": 0 })]]) });

    test.each([
      ["the token was not given this account any more", seeing([account({})])],
      ["no token is kept any more", {}],
    ])("are a failure: %s", async (why, facts) => {
      const lines = (await look({ ...facts, memory }, true)).map(toLine);
      expect(lines.find((line) => line.startsWith("account-2 "))).toContain(
        `failed: It is no longer watched: ${why}. This is said once.`,
      );
    });

    test.each([
      ["an operator took from the list", seeing([account({})], { isListed: true }), memory, true],
      ["are still there", seeing([account({ wabaId: "2" })]), memory, true],
      ["cannot be read from the memory", seeing([account({})]), new Error("no"), true],
      ["a command did not ask about", seeing([account({})]), memory, false],
    ])("are none that %s", async (_why, facts, remembered, isWatchdog) => {
      const checks = await look({ ...facts, memory: remembered }, isWatchdog);
      expect(checks.filter(({ message }) => /no longer watched/.test(message))).toEqual([]);
    });
  });
});

describe("without a token", () => {
  test("it is said how one is given", async () => {
    for (const memory of [undefined, new Error("denied"), memoryOf({})]) {
      expect(await linesOf({ memory })).toEqual([
        "account unknown: It takes a system-user token to see who is subscribed. Fix: set WHATSAPP_SYSTEM_USER_TOKEN (permission whatsapp_business_management), or give the watchdog one: npm run connect -- --stack Hooks --waba ID --keep-token",
      ]);
    }
  });

  const accounts = new Map(["1", "2"].map((id) => [id, accountMemory({ "7": 0 })]));

  test.each([
    [
      "ok: The watchdog, which keeps a token, saw 2 accounts 24 hours ago.",
      { failedSince: { relay: 1 } },
    ],
    [
      "failed: The watchdog found a failure 24 hours ago: apps-1, numbers-2. Fix: see its mail on the operations topic",
      { failedSince: { "apps-1": 1, "numbers-2": 1 }, unreadSince: { "account-1": 1 } },
    ],
    [
      "unknown: The watchdog could not check 24 hours ago: account.",
      { failedSince: { "meta-accounts": 1 }, unreadSince: { account: 1 } },
    ],
  ])("what the watchdog saw last is shown: %s", async (line, remembered) => {
    const memory = memoryOf({ accounts, ...remembered });
    expect(await linesOf({ memory })).toEqual([`account ${line}`]);
  });
});

describe("an account", () => {
  async function lineOf(id: string, given: GivenAccount, memory?: Memory) {
    const checks = await look({ ...seeing([account(given)]), memory });
    return toLine(checks.find((check) => check.id === `${id}-1`)).replace(`${id}-1 `, "");
  }

  const SUBSCRIBE = "Fix: npm run connect -- --stack Hooks --app-id 7 --waba 1";

  test.each([
    [
      [OTHER, OURS, { id: "9", name: "Third" }],
      "ok: The app is subscribed to it, and so are: Chat (8), Third (9).",
    ],
    [[], `failed: The app is not subscribed to it, so that no event comes. ${SUBSCRIBE}`],
    [
      [OTHER],
      `failed: The app is not subscribed to it, so that no event comes. Subscribed are: Chat (8). ${SUBSCRIBE}`,
    ],
  ])("with the apps %j", async (apps, line) => {
    expect(await lineOf("account", { apps })).toBe(line);
  });

  const since = (days: number) => LOOKED_AT - days * 24 * HOUR_MS;
  const withApps = (apps: Record<string, number>, difference: Partial<Memory> = {}) =>
    memoryOf({ accounts: new Map([["1", accountMemory(apps)]]), ...difference });
  const KNOWN = { knownApps: new Map([["8", LOOKED_AT - HOUR_MS]]) };

  test.each([
    [
      "an app that it did not have before",
      [OURS, OTHER],
      withApps({ "7": 0 }),
      "failed: New since 2026-11-24: Chat (8). 1 app gets this account's messages, too. Fix: if nobody knows it: WhatsApp Manager, the account, Partners and apps, remove it; then change tokens and passwords. Else npm run status -- --stack Hooks --known-app 8",
    ],
    [
      "no new app any more",
      [OURS],
      withApps({ "7": 0, "8": since(1) }),
      "ok: No app is new: Security hooks (7).",
    ],
    ["no app at all", [], withApps({}), "ok: No app is new: none subscribed."],
    [
      "its first look",
      [OURS, OTHER],
      memoryOf(),
      "ok: Remembered from now on: Security hooks (7), Chat (8).",
    ],
  ])("has %s", async (_what, apps, memory, line) => {
    expect(await lineOf("apps", { apps }, memory)).toBe(line);
  });

  test.each([
    ["for the first days", withApps({ "7": 0, "8": since(1) }), "failed:"],
    ["for fourteen days", withApps({ "7": 0, "8": since(14) + 1 }), "failed:"],
    ["no longer", withApps({ "7": 0, "8": since(14) }), "ok, quiet:"],
    ["no longer since long", withApps({ "7": 0, "8": since(15) }), "ok:"],
    ["never at the first look", withApps({ "7": 0, "8": 0 }), "ok:"],
    ["not once it is known", withApps({ "7": 0, "8": since(1) }, KNOWN), "ok, quiet:"],
    ["not when it was known before", withApps({ "7": 0 }, KNOWN), "ok:"],
  ])("fails for a new app %s, never good again while it is there", async (_when, memory, words) => {
    const line = await lineOf("apps", { apps: [OURS, OTHER] }, memory);
    expect(line.slice(0, words.length)).toBe(words);
  });

  const OFF =
    "failed: Two-step verification is off for +1 555-0000, +1 555-0003. By hand: WhatsApp Manager, Account tools, Phone numbers, the number, Two-step verification. Fix: npm run protect -- --stack Hooks";

  test.each<[(boolean | undefined)[], string | RegExp]>([
    [[true, true], "ok: Two-step verification is on for 2 numbers."],
    [[], "ok: Two-step verification is on for 0 numbers."],
    [[true, undefined], "unknown: Meta does not say it of 1 number."],
    [[false, undefined, true, false], `${OFF} --phone 15550000 --phone 15550003 --as "YOUR NAME"`],
    [Array(4).fill(false), /Fix: npm run protect -- --stack Hooks --all-unprotected --as "YOUR/],
  ])("has numbers whose PINs are %j", async (numbers, line) => {
    expect(await lineOf("numbers", { numbers })).toMatch(line);
  });
});
