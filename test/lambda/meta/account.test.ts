import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  readPhoneNumbers,
  readSubscribedApps,
  subscribeAccount,
} from "../../../lambda/meta/account.ts";
import { GraphError } from "../../../lambda/meta/graph-error.ts";
import { PERMISSION, PIN_PERMISSION, requireUsableToken } from "../../../lambda/meta/token.ts";
import { fakeGraph } from "../../support/fake-graph.ts";

const USER = { token: "EAA", app: { id: "7", secret: "s" } };
const appsecret_proof = createHmac("sha256", "s").update("EAA").digest("hex");
const listed = (id: string, name?: string) => ({ whatsapp_business_api_data: { id, name } });
const pageOf = (data: object[], after?: string, next?: string) => ({
  data,
  ...(after !== undefined && { paging: { cursors: { after }, next } }),
});

describe("the apps of an account", () => {
  test("are asked for with the token and the proof that its app speaks", async () => {
    const { graph, sent } = fakeGraph({ data: [listed("7", "Hooks"), listed("8")] });
    expect(await readSubscribedApps(graph, USER, "1")).toEqual([
      { id: "7", name: "Hooks" },
      { id: "8", name: "without a name" },
    ]);
    expect(sent).toEqual([
      {
        method: "GET",
        path: "/1/subscribed_apps",
        token: "EAA",
        params: { limit: "100", appsecret_proof },
      },
    ]);
  });

  test("are read from every page", async () => {
    const { graph, sent } = fakeGraph(
      pageOf([listed("1", "A")], "a", "https://next"),
      pageOf([listed("2", "B")], "b", "https://next"),
      pageOf([listed("3", "C")], "c"),
    );
    const apps = await readSubscribedApps(graph, USER, "1");
    expect(apps.map(({ id }) => id)).toEqual(["1", "2", "3"]);
    expect(sent.map(({ params }) => params?.after)).toEqual([undefined, "a", "b"]);
  });

  test.each([
    ["does not move", [pageOf([listed("1")], "a", "n"), pageOf([listed("2")], "a", "n")], 2],
    [
      "goes in a circle",
      [
        pageOf([listed("1")], "a", "n"),
        pageOf([listed("2")], "b", "n"),
        pageOf([listed("3")], "a", "n"),
      ],
      3,
    ],
    ["is not told", [{ data: [listed("1")], paging: { next: "n" } }], 1],
    ["is of no page", [{ data: [listed("1")], paging: { cursors: {} } }], 1],
  ])("end where the next page's cursor %s", async (_what, pages, count) => {
    const { graph } = fakeGraph(...pages);
    expect(await readSubscribedApps(graph, USER, "1")).toHaveLength(count);
  });
});

describe("the numbers of an account", () => {
  test("are told with whether their PIN is enabled", async () => {
    const numbers = [
      { id: "1", display_phone_number: "+1 555", is_pin_enabled: true },
      { id: "2", display_phone_number: "+1 556", is_pin_enabled: false },
      { id: "3" },
    ];
    const { graph, sent } = fakeGraph({ data: numbers });
    expect(await readPhoneNumbers(graph, USER, "1")).toEqual([
      { id: "1", displayPhoneNumber: "+1 555", isPinEnabled: true },
      { id: "2", displayPhoneNumber: "+1 556", isPinEnabled: false },
      { id: "3", displayPhoneNumber: "without a number", isPinEnabled: undefined },
    ]);
    const fields = "id,display_phone_number,is_pin_enabled";
    expect(sent).toEqual([
      {
        method: "GET",
        path: "/1/phone_numbers",
        token: "EAA",
        params: { fields, limit: "100", appsecret_proof },
      },
    ]);
  });
});

test("an account is subscribed to the token's app", async () => {
  const { graph, sent } = fakeGraph({ success: true });
  await subscribeAccount(graph, USER, "1");
  expect(sent).toEqual([
    { method: "POST", path: "/1/subscribed_apps", token: "EAA", params: { appsecret_proof } },
  ]);
});

test("an account that the token may not use is told of", async () => {
  const { graph } = fakeGraph(new GraphError("No.", 200));
  await expect(readPhoneNumbers(graph, USER, "1")).rejects.toThrow(
    "The system-user token may not use account 1: give the system user this account in Business settings, System users, Assign assets (Meta says: No; code 200).",
  );
});

describe("a system user's token", () => {
  const scopes = [PERMISSION, "other"];
  const use = (data: object) => {
    const { graph, sent } = fakeGraph({ data });
    return requireUsableToken(graph, USER).then((facts) => ({ facts, sent }));
  };

  test("is inspected by its app, and names its accounts", async () => {
    const granular_scopes = [
      { scope: "other", target_ids: ["9"] },
      { scope: "whatsapp_business_management", target_ids: ["1", "2"] },
    ];
    const { facts, sent } = await use({ is_valid: true, scopes, granular_scopes });
    expect(facts).toEqual({ canSetPins: false, wabaIds: ["1", "2"] });
    const both = await use({ is_valid: true, scopes: [PERMISSION, PIN_PERMISSION] });
    expect(both.facts.canSetPins).toBe(true);
    expect(sent).toEqual([
      { method: "GET", path: "/debug_token", token: "7|s", params: { input_token: "EAA" } },
    ]);
  });

  test.each([
    [{ granular_scopes: [{ scope: PERMISSION }] }],
    [{ granular_scopes: [{ scope: "other", target_ids: ["9"] }] }],
    [{}],
  ])("may be for all accounts: %j", async (more) => {
    const { facts } = await use({ is_valid: true, scopes, ...more });
    expect(facts.wabaIds).toEqual([]);
  });

  test.each([[{ is_valid: false, scopes }], [{ scopes }]])(
    "that is not valid is told of: %j",
    async (data) => {
      await expect(use(data)).rejects.toThrow(
        "The system-user token is no longer valid: generate a new one in Business settings, System users.",
      );
    },
  );

  test.each([[{ is_valid: true, scopes: ["other"] }], [{ is_valid: true }]])(
    "that lacks the permission is told of: %j",
    async (data) => {
      await expect(use(data)).rejects.toThrow(
        "The system-user token lacks the permission whatsapp_business_management, so that neither accounts nor numbers can be seen: generate one with it in Business settings, System users.",
      );
    },
  );

  test("of another app is told of", async () => {
    const { graph } = fakeGraph(new GraphError("No.", 100));
    await expect(requireUsableToken(graph, USER)).rejects.toThrow(
      "The system-user token was not made for app 7: generate one in Business settings, System users, for this app with the permissions whatsapp_business_management and whatsapp_business_messaging (Meta says: No; code 100).",
    );
  });
});
