import { describe, expect, test } from "vitest";
import { checkAccounts } from "../../../lambda/checks/account-checks.ts";
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
  watchedSystem,
} from "../../support/facts.ts";

type GivenFacts = Parameters<typeof factsOf>[0];

function look(facts: GivenFacts) {
  return checkAccounts(watchedSystem(), factsOf(facts), "7", LOOKED_AT);
}

const OURS = { id: "7", name: "Security hooks" };
const OTHER = { id: "8", name: "Chat\u202e" };

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
    const accounts = [account({}), account({ wabaId: "2" })];
    expect(await look(seeing(accounts))).toEqual([
      {
        id: "account",
        name: "Accounts",
        state: "ok",
        message: "The system-user token sees 2 accounts, and may set PINs.",
      },
      ...["1", "2"].flatMap((wabaId) => [
        {
          id: `account-${wabaId}`,
          name: `Account ${wabaId}`,
          state: "ok",
          message: "The app is subscribed to it.",
        },
        {
          id: `apps-${wabaId}`,
          name: `Apps of ${wabaId}`,
          state: "ok",
          message: "Remembered from now on: Security hooks (7).",
        },
        {
          id: `numbers-${wabaId}`,
          name: `Numbers of ${wabaId}`,
          state: "ok",
          message: "Two-step verification is on for 1 number.",
        },
      ]),
    ]);
  });

  test("are none", async () => {
    expect(await look(seeing([]))).toEqual([
      {
        id: "account",
        name: "Accounts",
        state: "unknown",
        message: "No account was given.",
        fix: "npm run connect -- --stack Hooks --waba ID",
      },
    ]);
  });

  test("are refused to the token", async () => {
    expect(await look({ token: new MetaError("The token is dead.") })).toEqual([
      {
        id: "account",
        name: "Accounts",
        state: "failed",
        message: "The token is dead.",
        fix: "npm run connect -- --stack Hooks --app-id 7 --keep-token",
      },
    ]);
  });

  test("can't be asked about for the moment, or for another reason", async () => {
    const [away] = await look({ token: new MetaUnavailableError("Away.") });
    expect(away).toEqual({
      id: "account",
      name: "Accounts",
      state: "unknown",
      message: "Away.",
      why: "unread",
      fix: "if it lasts: see https://metastatus.com, and the way to the internet",
    });
    expect(await look({ token: new Error("odd") })).toEqual([
      { id: "account", name: "Accounts", state: "unknown", why: "unread", message: "Error: odd" },
    ]);
  });

  test("fail each part by itself; what Meta does not show of the apps is one line", async () => {
    const accounts = [account({ apps: new Error("a"), numbers: new Error("b") })];
    const checks = await look(seeing(accounts));
    expect(checks.map(({ id, state, why }) => [id, state, why])).toEqual([
      ["account", "ok", undefined],
      ["account-1", "unknown", "unread"],
      ["numbers-1", "unknown", "unread"],
    ]);
  });

  test("have failed at once when Meta refuses them: somebody may have taken them", async () => {
    const refusal = new MetaError("The system-user token may not use account 1.", 10);
    const checks = await look(seeing([account({ apps: refusal, numbers: refusal })]));
    expect(checks.slice(1)).toEqual([
      { id: "account-1", name: "Account 1", state: "failed", message: refusal.message },
      { id: "numbers-1", name: "Numbers of 1", state: "failed", message: refusal.message },
    ]);
  });

  test("are seen by a token that cannot set PINs, which is said with what does not work", async () => {
    const [check] = await look(seeing([account({})], { canSetPins: false }));
    expect(check).toMatchObject({
      state: "ok",
      message:
        "The system-user token sees 1 account. The system-user token lacks the permission whatsapp_business_messaging: it can see the accounts, but npm run protect cannot set a PIN with it.",
      fix: expect.stringContaining("npm run connect -- --stack Hooks --app-id 7 --keep-token"),
    });
  });

  describe("that are gone", () => {
    const memory = memoryOf({ accounts: new Map([["2", accountMemory({ "7": 0 })]]) });
    const lookDaily = (facts: GivenFacts) =>
      checkAccounts(watchedSystem({ isWatchdog: true }), factsOf(facts), "7", LOOKED_AT);

    test.each([
      ["the token was not given this account any more", seeing([account({})])],
      ["no token is kept any more", {}],
    ])("are a failure: %s", async (why, facts) => {
      const found = (await lookDaily({ ...facts, memory })).find(({ id }) => id === "account-2");
      expect(found?.state).toBe("failed");
      expect(found?.message).toBe(`It is no longer watched: ${why}. This is said once.`);
    });

    test.each([
      ["an operator took from the list", seeing([account({})], { isListed: true }), memory],
      ["are still there", seeing([account({ wabaId: "2" })]), memory],
      ["cannot be read from the memory", seeing([account({})]), new Error("no")],
    ])("are none that %s", async (_why, facts, remembered) => {
      const checks = await lookDaily({ ...facts, memory: remembered });
      expect(checks.filter(({ message }) => /no longer watched/.test(message))).toEqual([]);
    });

    test("are none for a command that asks about some accounts only", async () => {
      const checks = await look({ ...seeing([account({})]), memory });
      expect(checks.map(({ id }) => id)).not.toContain("account-2");
    });
  });
});

describe("without a token", () => {
  test("it is said how one is given", async () => {
    const unknown = {
      id: "account",
      name: "Accounts",
      state: "unknown",
      message: "It takes a system-user token to see who is subscribed.",
      fix: "set WHATSAPP_SYSTEM_USER_TOKEN (permission whatsapp_business_management), or give the watchdog one: npm run connect -- --stack Hooks --waba ID --keep-token",
    };
    for (const memory of [undefined, new Error("denied"), memoryOf({})]) {
      expect(await look({ memory })).toEqual([unknown]);
    }
  });

  const accounts = new Map(["1", "2"].map((id) => [id, accountMemory({ "7": 0 })]));

  test.each([
    ["ok", "The watchdog, which keeps a token, saw 2 accounts 24 hours ago.", { relay: 1 }, {}],
    [
      "failed",
      "The watchdog found a failure 24 hours ago: apps-1, numbers-2.",
      { "apps-1": 1, "numbers-2": 1 },
      { "account-1": 1 },
    ],
    [
      "unknown",
      "The watchdog could not check 24 hours ago: account.",
      { "meta-accounts": 1 },
      { account: 1 },
    ],
  ])(
    "what the watchdog saw last is shown: %s",
    async (state, message, failedSince, unreadSince) => {
      const memory = memoryOf({ accounts, failedSince, unreadSince });
      expect(await look({ memory })).toEqual([
        {
          id: "account",
          name: "Accounts",
          state,
          message,
          ...(state === "failed" && { fix: "see its mail on the operations topic" }),
        },
      ]);
    },
  );
});

async function runChecks(id: string, given: GivenAccount, memory?: Memory) {
  const checks = await look({ ...seeing([account(given)]), memory });
  return checks.find((check) => check.id === `${id}-1`);
}

describe("an account", () => {
  test("has other apps beside ours", async () => {
    const more = { id: "9", name: "Third" };
    expect((await runChecks("account", { apps: [OTHER, OURS, more] }))?.message).toBe(
      "The app is subscribed to it, and so are: Chat (8), Third (9).",
    );
  });

  test.each([
    [[], "The app is not subscribed to it, so that no event comes."],
    [[OTHER], "The app is not subscribed to it, so that no event comes. Subscribed are: Chat (8)."],
  ])("is not subscribed to ours", async (apps, message) => {
    expect(await runChecks("account", { apps })).toMatchObject({
      state: "failed",
      message,
      fix: "npm run connect -- --stack Hooks --app-id 7 --waba 1",
    });
  });

  const DAY_MS = 24 * HOUR_MS;
  const since = (days: number) => LOOKED_AT - days * DAY_MS;
  const withApps = (apps: Record<string, number>, difference: Partial<Memory> = {}) =>
    memoryOf({ accounts: new Map([["1", accountMemory(apps)]]), ...difference });
  const KNOWN = { knownApps: new Map([["8", LOOKED_AT - HOUR_MS]]) };

  test("has an app that it did not have before", async () => {
    expect(await runChecks("apps", { apps: [OURS, OTHER] }, withApps({ "7": 0 }))).toMatchObject({
      state: "failed",
      message: "New since 2026-11-24: Chat (8). 1 app gets this account's messages, too.",
      fix: "if nobody knows it: WhatsApp Manager, the account, Partners and apps, remove it; then change tokens and passwords. Else npm run status -- --stack Hooks --known-app 8",
    });
  });

  test.each([
    ["for the first days", withApps({ "7": 0, "8": since(1) }), "failed", undefined],
    ["for fourteen days", withApps({ "7": 0, "8": since(14) + 1 }), "failed", undefined],
    ["no longer", withApps({ "7": 0, "8": since(14) }), "ok", true],
    ["no longer since long", withApps({ "7": 0, "8": since(15) }), "ok", undefined],
    ["never at the first look", withApps({ "7": 0, "8": 0 }), "ok", undefined],
    ["not once it is known", withApps({ "7": 0, "8": since(1) }, KNOWN), "ok", true],
    ["not when it was known before", withApps({ "7": 0 }, KNOWN), "ok", undefined],
  ])(
    "fails for a new app %s, and is never good again while it is there",
    async (_when, memory, state, isQuiet) => {
      const check = await runChecks("apps", { apps: [OURS, OTHER] }, memory);
      expect([check?.state, check?.isQuiet]).toEqual([state, isQuiet]);
    },
  );

  test("is good again once the new app is gone", async () => {
    const check = await runChecks("apps", { apps: [OURS] }, withApps({ "7": 0, "8": since(1) }));
    expect(check).toEqual({
      id: "apps-1",
      name: "Apps of 1",
      state: "ok",
      message: "No app is new: Security hooks (7).",
    });
  });

  test("has no app at all, and is looked at for the first time", async () => {
    expect((await runChecks("apps", { apps: [] }, withApps({})))?.message).toBe(
      "No app is new: none subscribed.",
    );
    expect((await runChecks("apps", { apps: [OURS, OTHER] }, memoryOf()))?.message).toBe(
      "Remembered from now on: Security hooks (7), Chat (8).",
    );
  });

  test.each([
    [[true, true], "ok", "Two-step verification is on for 2 numbers."],
    [[], "ok", "Two-step verification is on for 0 numbers."],
    [[true, undefined], "unknown", "Meta does not say it of 1 number."],
    [
      [false, undefined, true, false],
      "failed",
      "Two-step verification is off for +1 555-0000, +1 555-0003.",
    ],
  ])("has numbers whose PINs are %j", async (numbers, state, message) => {
    const check = await runChecks("numbers", { numbers });
    expect(check).toMatchObject({ state, message });
    expect(check?.fix).toBe(
      state === "failed"
        ? "set a PIN: WhatsApp Manager, Account tools, Phone numbers, the number, Two-step verification"
        : undefined,
    );
  });
});
