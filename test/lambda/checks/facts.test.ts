import { describe, expect, test } from "vitest";
import { createFacts } from "../../../lambda/checks/facts.ts";
import { findApp, readAccounts } from "../../../lambda/checks/meta-facts.ts";
import { NO_SETTINGS } from "../../../lambda/checks/settings.ts";
import type { WatchedMeta } from "../../../lambda/checks/system.ts";
import { GraphError, MetaUnavailableError } from "../../../lambda/meta/graph-error.ts";
import { PERMISSION } from "../../../lambda/meta/token.ts";
import { APP_SECRET, OLD_APP_SECRET } from "../../support/builders.ts";
import { LOOKED_AT, watchedSystem } from "../../support/facts.ts";
import { fakeGraph } from "../../support/fake-graph.ts";

const STORED = { verifyToken: "v", appSecrets: [OLD_APP_SECRET, APP_SECRET], appId: "7" };
const NAMED = { id: "7", name: "Hooks" };
const refused = (code: number) => new GraphError("No.", code);

function metaWith(answers: readonly unknown[], difference: Partial<WatchedMeta> = {}) {
  const { graph, sent } = fakeGraph(...answers);
  const meta: WatchedMeta = { graph, readToken: async () => undefined, ...difference };
  return { meta, sent };
}

describe("the connected app", () => {
  test("is found by the saved secret that is its own", async () => {
    const { meta, sent } = metaWith([refused(190), NAMED]);
    expect(await findApp(meta, STORED)).toEqual({
      kind: "found",
      app: { id: "7", secret: APP_SECRET },
      name: "Hooks",
    });
    expect(sent.map(({ token }) => token)).toEqual([`7|${OLD_APP_SECRET}`, `7|${APP_SECRET}`]);
  });

  test("is unnamed where no id is saved", async () => {
    const { appId: _, ...stored } = STORED;
    expect(await findApp(metaWith([]).meta, stored)).toEqual({ kind: "unnamed" });
  });

  test("is the one that was given, with the secret that was given", async () => {
    const { meta, sent } = metaWith([NAMED], { appId: "8", appSecret: APP_SECRET });
    expect(await findApp(meta, STORED)).toMatchObject({ app: { id: "8", secret: APP_SECRET } });
    expect(sent).toHaveLength(1);
  });

  test("refuses all secrets, of which malformed ones are not tried", async () => {
    const { meta } = metaWith([refused(190)]);
    const stored = { ...STORED, appSecrets: ["odd", APP_SECRET] };
    expect(await findApp(meta, stored)).toEqual({ kind: "secret refused", appId: "7" });
  });

  test.each([
    ["for another reason", refused(100)],
    ["for the moment", refused(1)],
    ["by no answer", new MetaUnavailableError("Away.")],
    ["by an odd error with the same code", Object.assign(new Error("odd"), { code: 190 })],
  ])("that can't be asked for, %s, is an error", async (_why, error) => {
    await expect(findApp(metaWith([error, NAMED]).meta, STORED)).rejects.toThrow();
  });
});

const VALID = {
  data: {
    is_valid: true,
    scopes: [PERMISSION],
    granular_scopes: [{ scope: PERMISSION, target_ids: ["1", "2"] }],
  },
};
const NOTHING = { data: [] };

describe("the accounts", () => {
  const app = { id: "7", secret: APP_SECRET };

  function withToken(wabaIds: readonly string[], answers: readonly unknown[]) {
    const readToken = async () => ({ token: "EAA", wabaIds });
    const { meta, sent } = metaWith(answers, { readToken });
    return { accounts: readAccounts(meta, app), sent };
  }

  test("are unknown without a token", async () => {
    expect(await readAccounts(metaWith([]).meta, app)).toBeUndefined();
  });

  test("are those that the token names", async () => {
    const { accounts } = withToken([], [VALID, NOTHING, NOTHING, NOTHING, NOTHING]);
    expect((await accounts)?.map(({ wabaId }) => wabaId)).toEqual(["1", "2"]);
  });

  test("are those that are saved with it, each once", async () => {
    const { accounts, sent } = withToken(["3", "3"], [VALID, NOTHING, NOTHING]);
    const [account, ...others] = (await accounts) ?? [];
    expect(account?.wabaId).toBe("3");
    expect(others).toEqual([]);
    expect([await account?.apps, await account?.numbers]).toEqual([[], []]);
    expect(sent.map(({ path }) => path)).toEqual([
      "/debug_token",
      "/3/subscribed_apps",
      "/3/phone_numbers",
    ]);
  });

  test("fail with the token, and else each by itself", async () => {
    await expect(withToken([], [{ data: {} }]).accounts).rejects.toThrow("no longer valid");
    const { accounts } = withToken(["3"], [VALID, refused(200), NOTHING]);
    const [account] = (await accounts) ?? [];
    await expect(account?.apps).rejects.toThrow("may not use account 3");
    expect(await account?.numbers).toEqual([]);
  });

  test("are asked eight questions at once, and all of them", async () => {
    let running = 0;
    let most = 0;
    const asked: string[] = [];
    const waiting: (() => void)[] = [];
    const graph = {
      baseUrl: "",
      async send({ path }: { path: string }) {
        if (path === "/debug_token") return VALID;
        running += 1;
        most = Math.max(most, running);
        asked.push(path);
        await new Promise<void>((resolve) => waiting.push(resolve));
        running -= 1;
        return NOTHING;
      },
    };
    const wabaIds = Array.from({ length: 10 }, (_, index) => String(index));
    const readToken = async () => ({ token: "EAA", wabaIds });
    const found = (await readAccounts({ graph: graph as never, readToken }, app)) ?? [];
    const all = Promise.all(found.flatMap(({ apps, numbers }) => [apps, numbers]));
    while (asked.length < 20 || waiting.length > 0) {
      waiting.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await all).toEqual(Array(20).fill([]));
    expect(most).toBe(8);
    expect(new Set(asked).size).toBe(20);
  });
});

describe("facts", () => {
  const READ_SECRET = async () => STORED;

  test("are read once each, when first asked for", async () => {
    let reads = 0;
    const system = watchedSystem({
      readSecret: async () => {
        reads += 1;
        return STORED;
      },
    });
    const facts = createFacts(system, LOOKED_AT);
    expect(reads).toBe(0);
    expect(await Promise.all([facts.secret(), facts.secret()])).toEqual([STORED, STORED]);
    expect(reads).toBe(1);
  });

  test("about a stack are none where there is none", async () => {
    const local = watchedSystem({ aws: undefined, operationsTopicArn: undefined });
    const facts = createFacts(local, LOOKED_AT);
    expect(await facts.settings()).toEqual(NO_SETTINGS);
    expect(await facts.operationsSubscribers()).toBeUndefined();
    await expect(createFacts(watchedSystem(), LOOKED_AT).settings()).rejects.toThrow();
    await expect(createFacts(watchedSystem(), LOOKED_AT).operationsSubscribers()).rejects.toThrow();
  });

  test("about Meta need the app and its secret", async () => {
    const { appId: _, ...stored } = STORED;
    const facts = createFacts(watchedSystem({ readSecret: async () => stored }), LOOKED_AT);
    const sentence = "Meta can't be asked without the app's id and its secret.";
    await expect(facts.subscription()).rejects.toThrow(sentence);
    await expect(facts.accounts()).rejects.toThrow(sentence);
  });

  test("about the app's subscription are asked with its own secret", async () => {
    const listed = { object: "whatsapp_business_account", callback_url: "https://x" };
    const { meta, sent } = metaWith([NAMED, { data: [listed] }], { appSecret: APP_SECRET });
    const facts = createFacts(watchedSystem({ meta, readSecret: READ_SECRET }), LOOKED_AT);
    expect(await facts.subscription()).toMatchObject({ callbackUrl: "https://x" });
    expect(sent.map(({ path }) => path)).toEqual(["/7", "/7/subscriptions"]);
  });

  describe("about the numbers' PINs", () => {
    const numbers = {
      data: [
        { id: "1", display_phone_number: "+1 555-1", is_pin_enabled: false },
        { id: "2", display_phone_number: "+1 555-2" },
      ],
    };
    const memory = { ranAt: 1, pins: [["15559", true, 5]] };

    function factsWith(item: object | undefined | Error, answers: readonly unknown[]) {
      const dynamodb = {
        async send() {
          if (item instanceof Error) throw item;
          return { Item: item && { memory: { S: JSON.stringify(item) } } };
        },
      };
      const readToken = async () => ({ token: "EAA", wabaIds: ["3"] });
      const { meta, sent } = metaWith(answers, { readToken, appSecret: APP_SECRET });
      const system = watchedSystem({
        meta,
        dynamodb: dynamodb as never,
        readSecret: READ_SECRET,
      });
      return { system, sent };
    }

    const remembered = { displayPhoneNumber: "15559", isPinEnabled: true, at: 5 };
    const asked = { displayPhoneNumber: "+1 555-1", isPinEnabled: false, at: LOOKED_AT };

    test("are those remembered, and those that Meta tells now", async () => {
      const { system } = factsWith(memory, [NAMED, VALID, NOTHING, numbers]);
      expect(await createFacts(system, LOOKED_AT).pins()).toEqual([remembered, asked]);
    });

    test("are only those remembered where Meta is not to be asked", async () => {
      const { system, sent } = factsWith(memory, []);
      const facts = createFacts(system, LOOKED_AT, { asksMeta: false });
      expect(await facts.pins()).toEqual([remembered]);
      expect(sent).toEqual([]);
    });

    test.each([
      ["nothing is remembered", undefined, [NAMED, VALID, NOTHING, numbers], [asked]],
      ["the memory can't be read", new Error("no"), [NAMED, VALID, NOTHING, numbers], [asked]],
      ["Meta can't be asked", memory, [new MetaUnavailableError("Away.")], [remembered]],
      [
        "Meta does not show the numbers",
        memory,
        [NAMED, VALID, NOTHING, refused(200)],
        [remembered],
      ],
    ])("are what is known where %s", async (_what, item, answers, pins) => {
      const { system } = factsWith(item, answers);
      expect(await createFacts(system, LOOKED_AT).pins()).toEqual(pins);
    });

    test("are only those remembered without a token", async () => {
      const { system } = factsWith(memory, [NAMED]);
      const meta = { ...system.meta, readToken: async () => undefined };
      expect(await createFacts({ ...system, meta }, LOOKED_AT).pins()).toEqual([remembered]);
    });
  });
});
