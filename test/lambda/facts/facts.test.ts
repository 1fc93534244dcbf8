import { describe, expect, test } from "vitest";
import { createFacts } from "../../../lambda/facts/facts.ts";
import { saveItem } from "../../../lambda/facts/memory.ts";
import {
  findApp,
  readAccounts,
  readToken as readUsableToken,
} from "../../../lambda/facts/meta-facts.ts";
import { readStoredPins } from "../../../lambda/facts/pins.ts";
import { NO_SETTINGS } from "../../../lambda/facts/settings.ts";
import type { WatchedMeta } from "../../../lambda/facts/system.ts";
import { GraphError, MetaUnavailableError } from "../../../lambda/meta/graph-error.ts";
import type { StoredSecret } from "../../../lambda/meta/stored-secret.ts";
import { PERMISSION } from "../../../lambda/meta/token.ts";
import { createMemoryClient } from "../../explore/memory-table.ts";
import { APP_SECRET, OLD_APP_SECRET } from "../../support/builders.ts";
import { LOOKED_AT, usableToken, watchedSystem } from "../../support/facts.ts";
import { fakeGraph } from "../../support/fake-graph.ts";
import { memoryTable } from "../../support/memory-table.ts";
import { SENT_AT } from "../../support/notices.ts";
import { hold, storedAlert } from "../../support/stored-alerts.ts";

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

  const { appId: _, ...UNNAMED } = STORED;
  const GIVEN = { appId: "8", appSecret: "f".repeat(32) };
  const FOUND = { kind: "found", app: { id: "8", secret: GIVEN.appSecret }, name: "Hooks" };
  const REFUSED = { kind: "secret refused", appId: "7" };
  const FIRST_IS_ODD = { ...STORED, appSecrets: ["odd", APP_SECRET] };

  test.each<[string, object, StoredSecret, Partial<WatchedMeta>, readonly unknown[]]>([
    ["is unnamed where no id is saved", { kind: "unnamed" }, UNNAMED, {}, []],
    ["is the one that was given, with its secret", FOUND, STORED, GIVEN, [NAMED]],
    ["refuses all well-formed secrets", REFUSED, FIRST_IS_ODD, {}, [refused(190)]],
  ])("%s", async (_what, found, stored, given, answers) => {
    const { meta, sent } = metaWith(answers, given);
    expect(await findApp(meta, stored)).toEqual(found);
    expect(sent).toHaveLength(answers.length);
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

interface Given {
  readonly given?: readonly string[];
  readonly chosen?: readonly string[];
  readonly now?: number;
}

describe("the accounts", () => {
  const app = { id: "7", secret: APP_SECRET };

  async function withToken(answers: readonly unknown[], { given = [], chosen, now = 0 }: Given) {
    const readToken = async () => ({ token: "EAA", wabaIds: given });
    const { meta, sent } = metaWith([...answers, NOTHING, NOTHING, NOTHING, NOTHING], {
      readToken,
    });
    const token = await readUsableToken(meta, app, {
      ...STORED,
      ...(chosen && { watchedAccounts: chosen }),
    });
    return { token, accounts: token ? readAccounts(meta, token, now) : [], sent };
  }

  test("are unknown without a token", async () => {
    expect(await readUsableToken(metaWith([]).meta, app, STORED)).toBeUndefined();
  });

  test.each<[string, Given, string[]]>([
    ["the token names", {}, ["1", "2"]],
    ["the token names, in another order at another time", { now: 1 }, ["2", "1"]],
    ["an operator chose", { chosen: ["3"] }, ["3"]],
    ["are given with the token, each once", { given: ["3", "3"], chosen: ["4"] }, ["3"]],
  ])("are those that %s", async (_which, given, ids) => {
    const { token, accounts, sent } = await withToken([VALID], given);
    expect(token).toMatchObject({ isListed: ids[0] === "3", canSetPins: false });
    expect(accounts.map(({ wabaId }) => wabaId)).toEqual(ids);
    const parts = accounts.flatMap(({ apps, numbers }) => [apps, numbers]);
    expect((await Promise.all(parts)).flat()).toEqual([]);
    expect(sent.map(({ path }) => path)).toEqual([
      "/debug_token",
      ...ids.flatMap((id) => [`/${id}/subscribed_apps`, `/${id}/phone_numbers`]),
    ]);
  });

  test("fail with the token, and else each by itself", async () => {
    await expect(withToken([{ data: {} }], {})).rejects.toThrow("no longer valid");
    const { accounts } = await withToken([VALID, refused(200)], { given: ["3"] });
    const [account] = accounts;
    await expect(account?.apps).rejects.toThrow("may not use account 3");
    expect(await account?.numbers).toEqual([]);
  });

  test("are asked 24 questions at once, and all of them", async () => {
    let running = 0;
    let most = 0;
    const asked = new Set<string>();
    const graph = {
      baseUrl: "",
      async send({ path }: { path: string }) {
        running += 1;
        most = Math.max(most, running);
        asked.add(path);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return NOTHING;
      },
    };
    const wabaIds = Array.from({ length: 20 }, (_, index) => String(index));
    const meta = { graph: graph as never, readToken: async () => undefined };
    const found = readAccounts(meta, usableToken({ wabaIds }), 0);
    const all = await Promise.all(found.flatMap(({ apps, numbers }) => [apps, numbers]));
    expect(all).toEqual(Array(40).fill([]));
    expect({ most, asked: asked.size }).toEqual({ most: 24, asked: 40 });
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

  test("about the outbox are read from the table", async () => {
    const dynamodb = createMemoryClient();
    await hold({ dynamodb }, storedAlert({ alert: "pending" }));
    expect(await createFacts(watchedSystem({ dynamodb }), LOOKED_AT).pending()).toEqual([
      SENT_AT + 1000,
    ]);
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
    const PINS = { "3": [["15559", true, 5]], "4": [["15554", true, 5]] } as const;

    /** The memory holds these accounts; of the first Meta is asked. */
    async function factsWith(
      held: readonly (keyof typeof PINS)[] | Error,
      answers: readonly unknown[],
    ) {
      const table = memoryTable();
      await saveItem(table.source, "memory", { ranAt: 1 });
      for (const id of held instanceof Error ? [] : held) {
        await saveItem(table.source, `account#${id}`, { pins: PINS[id] });
      }
      table.fails = () => held instanceof Error;
      const readToken = async () => ({ token: "EAA", wabaIds: ["3"] });
      const { meta, sent } = metaWith(answers, { readToken, appSecret: APP_SECRET });
      return { system: watchedSystem({ meta, ...table.source, readSecret: READ_SECRET }), sent };
    }

    const remembered = { displayPhoneNumber: "15559", isPinEnabled: true, at: 5 };
    const other = { ...remembered, displayPhoneNumber: "15554" };
    const asked = { displayPhoneNumber: "+1 555-1", isPinEnabled: false, at: LOOKED_AT };
    const ANSWERS = [NAMED, VALID, NOTHING, numbers];

    test.each([
      ["Meta shows the account whole: what was remembered of it is old", ["3"], ANSWERS, [asked]],
      ["of another account is remembered", ["3", "4"], ANSWERS, [other, asked]],
      ["nothing is remembered", [], ANSWERS, [asked]],
      ["the memory can't be read", new Error("no"), ANSWERS, [asked]],
      ["Meta can't be asked", ["3"], [new MetaUnavailableError("Away.")], [remembered]],
      ["Meta refuses the numbers", ["3"], [NAMED, VALID, NOTHING, refused(200)], [remembered]],
    ] as const)("are what is known where %s", async (_what, held, answers, pins) => {
      const { system } = await factsWith(held, answers);
      expect(await createFacts(system, LOOKED_AT).pins()).toEqual(pins);
    });

    test("are only those remembered where Meta is not to be asked, and without a token", async () => {
      const { system, sent } = await factsWith(["3"], [NAMED]);
      const facts = createFacts(system, LOOKED_AT, { asksMeta: false });
      expect(await facts.pins()).toEqual([remembered]);
      expect(await readStoredPins(system)).toEqual([remembered]);
      expect(sent).toEqual([]);
      const meta = { ...system.meta, readToken: async () => undefined };
      expect(await createFacts({ ...system, meta }, LOOKED_AT).pins()).toEqual([remembered]);
    });
  });
});
