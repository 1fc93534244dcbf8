import { describe, expect, test } from "vitest";
import {
  readPhoneNumbers,
  readSubscribedApps,
  subscribeAccount,
} from "../../../lambda/meta/account.ts";
import {
  FIELD,
  INVALID_TOKEN,
  readSubscription,
  subscribeApp,
  toAppToken,
  verifyApp,
} from "../../../lambda/meta/app.ts";
import type { Graph } from "../../../lambda/meta/graph.ts";
import { GraphError, MetaError } from "../../../lambda/meta/graph-error.ts";
import { PERMISSION, PIN_PERMISSION, requireUsableToken } from "../../../lambda/meta/token.ts";
import { fakeGraph } from "../../support/fake-graph.ts";

const APP = { id: "7", secret: "s" };
const USER = { token: "EAA", app: APP };
const WISH = {
  callbackUrl: "https://hooks.example.com/webhook",
  verifyToken: "v",
  fields: ["messages", "security"],
};
const listed = (id: string, name?: string) => ({ whatsapp_business_api_data: { id, name } });

test("an app's token is its id and its secret; a refused one has Meta's code 190", () => {
  expect(toAppToken(APP)).toBe("7|s");
  expect([INVALID_TOKEN, FIELD]).toEqual([190, "security"]);
});

const CALLS = {
  verifyApp: (graph: Graph) => verifyApp(graph, APP),
  readSubscription: (graph: Graph) => readSubscription(graph, APP),
  subscribeApp: (graph: Graph) => subscribeApp(graph, APP, WISH),
  readSubscribedApps: (graph: Graph) => readSubscribedApps(graph, USER, "1"),
  readPhoneNumbers: (graph: Graph) => readPhoneNumbers(graph, USER, "1"),
  subscribeAccount: (graph: Graph) => subscribeAccount(graph, USER, "1"),
  requireUsableToken: (graph: Graph) => requireUsableToken(graph, USER),
};
type Call = keyof typeof CALLS;

test("each call asks Meta with the token, and with the proof that its app speaks", async () => {
  const success = { success: true };
  const none = { data: [] };
  const answers: Readonly<Record<Call, object>> = {
    verifyApp: { id: "7" },
    readSubscription: none,
    subscribeApp: success,
    readSubscribedApps: none,
    readPhoneNumbers: none,
    subscribeAccount: success,
    requireUsableToken: { data: { is_valid: true, scopes: [PERMISSION] } },
  };
  const requests = Object.entries(answers).map(async ([name, answer]) => {
    const { graph, sent } = fakeGraph(answer);
    await CALLS[name as Call](graph);
    return sent.map((request) => `${name}: ${JSON.stringify(request)}`);
  });
  expect((await Promise.all(requests)).flat()).toMatchSnapshot();
});

describe("what Meta answers is read as", () => {
  const numbers = [
    { id: "1", display_phone_number: "+1 555", is_pin_enabled: true },
    { id: "2", display_phone_number: "+1 556", is_pin_enabled: false },
    { id: "3" },
  ];
  const ours = {
    object: "whatsapp_business_account",
    callback_url: WISH.callbackUrl,
    active: true,
    fields: ["messages", { name: "security", version: "v25.0" }],
    include_values: true,
  };
  const apps = [
    { id: "7", name: "Hooks" },
    { id: "8", name: "without a name" },
  ];
  const phones = [
    { id: "1", displayPhoneNumber: "+1 555", isPinEnabled: true },
    { id: "2", displayPhoneNumber: "+1 556", isPinEnabled: false },
    { id: "3", displayPhoneNumber: "without a number", isPinEnabled: undefined },
  ];
  const bare = { object: "whatsapp_business_account" };

  test.each<[Call, object, unknown]>([
    ["verifyApp", { id: "7", name: "Hooks" }, "Hooks"],
    ["verifyApp", { id: "7" }, "without a name"],
    [
      "readSubscription",
      { data: [{ object: "page" }, ours] },
      { callbackUrl: WISH.callbackUrl, active: true, fields: WISH.fields, includeValues: true },
    ],
    ["readSubscription", { data: [bare] }, { callbackUrl: "", active: false, fields: [] }],
    ["readSubscription", { data: [{ object: "page" }] }, undefined],
    ["subscribeApp", { success: "true" }, undefined],
    ["readSubscribedApps", { data: [listed("7", "Hooks"), listed("8")] }, apps],
    ["readPhoneNumbers", { data: numbers }, phones],
  ])("%s: %#", async (name, answer, read) => {
    expect(await CALLS[name](fakeGraph(answer).graph)).toEqual(read);
  });

  test("no success unless Meta says so", async () => {
    await expect(CALLS.subscribeApp(fakeGraph({ success: false }).graph)).rejects.toThrow();
  });
});

describe("a list of several pages", () => {
  const pageOf = (id: string, after?: string, next?: string) => ({
    data: [listed(id)],
    ...(after !== undefined && { paging: { cursors: { after }, next } }),
  });

  test("is read to its end", async () => {
    const { graph, sent } = fakeGraph(
      pageOf("1", "a", "n"),
      pageOf("2", "b", "n"),
      pageOf("3", "c"),
    );
    const apps = await CALLS.readSubscribedApps(graph);
    expect(apps.map(({ id }) => id)).toEqual(["1", "2", "3"]);
    expect(sent.map(({ params }) => params?.after)).toEqual([undefined, "a", "b"]);
  });

  test.each([
    ["does not move", [pageOf("1", "a", "n"), pageOf("2", "a", "n")]],
    ["goes in a circle", [pageOf("1", "a", "n"), pageOf("2", "b", "n"), pageOf("3", "a", "n")]],
    ["is missing", [{ data: [listed("1")], paging: { next: "n" } }]],
    ["is of no page", [{ data: [listed("1")], paging: { cursors: {} } }]],
  ])("ends where the next page's cursor %s", async (_what, pages) => {
    const { graph } = fakeGraph(...pages);
    expect(await CALLS.readSubscribedApps(graph)).toHaveLength(pages.length);
  });
});

test("a refusal of Meta's says what to do, with Meta's words and code", async () => {
  const refusals: readonly (readonly [Call, number])[] = [
    ["verifyApp", 190],
    ["verifyApp", 101],
    ["verifyApp", 100],
    ["readSubscription", 100],
    ["subscribeApp", 2200],
    ["subscribeApp", 100],
    ["readPhoneNumbers", 200],
    ["requireUsableToken", 100],
  ];
  const errors = refusals.map(async ([name, code]) => {
    const failing: Promise<unknown> = CALLS[name](fakeGraph(new GraphError("No.", code)).graph);
    const error = await failing.catch((each: unknown) => each);
    expect(error).toBeInstanceOf(MetaError);
    expect(error).toMatchObject({ code });
    return `${name}: ${error}`;
  });
  expect(await Promise.all(errors)).toMatchSnapshot();
});

describe("a system user's token", () => {
  const scopes = [PERMISSION, "other"];
  const use = (data: object) => CALLS.requireUsableToken(fakeGraph({ data }).graph);
  const other = { scope: "other", target_ids: ["9"] };
  const granted = { scope: PERMISSION, target_ids: ["1", "2"] };

  test.each([
    [{ granular_scopes: [other, granted] }, ["1", "2"]],
    [{ granular_scopes: [{ scope: PERMISSION }] }, []],
    [{ granular_scopes: [other] }, []],
    [{}, []],
  ])("names its accounts, or none for all: %j", async (more, wabaIds) => {
    expect(await use({ is_valid: true, scopes, ...more })).toEqual({ canSetPins: false, wabaIds });
  });

  test("can set PINs with a permission of its own", async () => {
    const facts = await use({ is_valid: true, scopes: [PERMISSION, PIN_PERMISSION] });
    expect(facts.canSetPins).toBe(true);
  });

  const INVALID = /^The system-user token is no longer valid: generate a new one in /;
  const LACKING = /lacks the permission whatsapp_business_management, .*: generate one with it in /;

  test.each([
    [{ is_valid: false, scopes }, INVALID],
    [{ scopes }, INVALID],
    [{ is_valid: true, scopes: ["other"] }, LACKING],
    [{ is_valid: true }, LACKING],
  ])("that can't be used is refused: %j", async (data, sentence) => {
    await expect(use(data)).rejects.toThrow(sentence);
  });
});
