import { describe, expect, test } from "vitest";
import { checkAccounts } from "../../../lambda/checks/account-checks.ts";
import type { Memory } from "../../../lambda/checks/memory.ts";
import type { AccountFacts } from "../../../lambda/checks/meta-facts.ts";
import type { PhoneNumber, SubscribedApp } from "../../../lambda/meta/account.ts";
import { MetaError, MetaUnavailableError } from "../../../lambda/meta/graph-error.ts";
import { factsOf, HOUR_MS, LOOKED_AT, watchedSystem } from "../../support/facts.ts";

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

function memoryOf(difference: Partial<Memory>): Memory {
  return {
    ranAt: LOOKED_AT - HOUR_MS,
    reportedAt: 0,
    failedSince: {},
    unavailableSince: {},
    apps: {},
    pins: [],
    ...difference,
  };
}

describe("accounts that Meta is asked about", () => {
  test("are counted, and each checked in three ways", async () => {
    const accounts = [account({}), account({ wabaId: "2" })];
    expect(await look({ accounts })).toEqual([
      {
        id: "account",
        name: "Accounts",
        state: "ok",
        message: "The system-user token sees 2 accounts.",
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
          message: "1 app subscribed; remembered from now on.",
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
    expect(await look({ accounts: [] })).toEqual([
      {
        id: "account",
        name: "Accounts",
        state: "unknown",
        message: "None was named.",
        fix: "npm run connect -- --stack Hooks --waba ID",
      },
    ]);
  });

  test("are refused to the token", async () => {
    expect(await look({ accounts: new MetaError("The token is dead.") })).toEqual([
      {
        id: "account",
        name: "Accounts",
        state: "failed",
        message: "The token is dead.",
        fix: "npm run connect -- --stack Hooks --app-id 7 --waba ID --keep-token",
      },
    ]);
  });

  test("can't be asked about for the moment, or for another reason", async () => {
    const [away] = await look({ accounts: new MetaUnavailableError("Away.") });
    expect(away).toEqual({
      id: "account",
      name: "Accounts",
      state: "unknown",
      message: "Away.",
      isPassing: true,
    });
    expect(await look({ accounts: new Error("odd") })).toEqual([
      { id: "account", name: "Accounts", state: "unknown", message: "Error: odd" },
    ]);
  });

  test("fail each part by itself", async () => {
    const accounts = [account({ apps: new Error("a"), numbers: new Error("b") })];
    const checks = await look({ accounts });
    expect(checks.map(({ state }) => state)).toEqual(["ok", "unknown", "unknown", "unknown"]);
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

  test("the watchdog's last look is told", async () => {
    const apps = { "1": ["7"], "2": ["7"] };
    const memory = memoryOf({ apps, failedSince: { relay: 1, "meta-accounts": 1 } });
    expect(await look({ memory })).toEqual([
      {
        id: "account",
        name: "Accounts",
        state: "ok",
        message: "The watchdog, which keeps a token, saw 2 accounts 1 hour ago.",
      },
    ]);
  });

  test("what the watchdog found failing is told", async () => {
    const failedSince = { relay: 1, "account-1": 1, "numbers-2": 1 };
    const memory = memoryOf({ apps: { "1": [] }, failedSince });
    expect(await look({ memory })).toEqual([
      {
        id: "account",
        name: "Accounts",
        state: "failed",
        message: "The watchdog found a failure 1 hour ago: account-1, numbers-2.",
        fix: "see its mail on the operations topic",
      },
    ]);
  });
});

async function runChecks(id: string, given: GivenAccount, memory?: Memory) {
  const checks = await look({ accounts: [account(given)], memory });
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

  test("has an app that it did not have before", async () => {
    const apps = [OURS, OTHER];
    expect(await runChecks("apps", { apps }, memoryOf({ apps: { "1": ["7"] } }))).toMatchObject({
      state: "failed",
      message: "New since the watchdog's last run: Chat (8). It gets this account's messages.",
      fix: "if nobody knows it: WhatsApp Manager, the account, Partners and apps, remove it; then change tokens and passwords",
    });
  });

  test("has the apps that it had", async () => {
    const memory = memoryOf({ apps: { "1": ["7", "8", "9"] } });
    expect(await runChecks("apps", { apps: [OURS, OTHER] }, memory)).toMatchObject({
      state: "ok",
      message: "No app is new: Security hooks (7), Chat (8).",
    });
    expect((await runChecks("apps", { apps: [] }, memory))?.message).toBe(
      "No app is new: none subscribed.",
    );
    const other = memoryOf({ apps: { "2": [] } });
    expect((await runChecks("apps", { apps: [OURS, OTHER] }, other))?.message).toBe(
      "2 apps subscribed; remembered from now on.",
    );
  });

  test.each([
    [[true, true], "ok", "Two-step verification is on for 2 numbers."],
    [[], "ok", "Two-step verification is on for 0 numbers."],
    [[true, undefined], "unknown", "Meta does not tell of 1 number."],
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
        ? "set a PIN: WhatsApp Manager, the number, Settings, Two-step verification"
        : undefined,
    );
  });
});
