import { describe, expect, test } from "vitest";
import {
  FIELD,
  INVALID_TOKEN,
  readSubscription,
  subscribeApp,
  toAppToken,
  verifyApp,
} from "../../../lambda/meta/app.ts";
import { findAppSecretFault } from "../../../lambda/meta/app-secret.ts";
import { GraphError, MetaError } from "../../../lambda/meta/graph-error.ts";
import { fakeGraph } from "../../support/fake-graph.ts";

const APP = { id: "7", secret: "s" };
const refusal = (code: number) => new GraphError("No.", code);
const told = (code: number) => ` (Meta says: No; code ${code}).`;

test("an app's token is its id and its secret; a refused one has Meta's code 190", () => {
  expect(toAppToken(APP)).toBe("7|s");
  expect([INVALID_TOKEN, FIELD]).toEqual([190, "security"]);
});

describe("an app", () => {
  test("is asked for its name with its own token", async () => {
    const { graph, sent } = fakeGraph({ id: "7", name: "Hooks" }, { id: "7" });
    expect(await verifyApp(graph, APP)).toBe("Hooks");
    expect(await verifyApp(graph, APP)).toBe("without a name");
    const request = { method: "GET", path: "/7", token: "7|s", params: { fields: "id,name" } };
    expect(sent).toEqual([request, request]);
  });

  test.each([
    [
      190,
      "This is not the app secret of app 7: copy it from developers.facebook.com, your app, App settings, Basic",
    ],
    [
      101,
      "Meta knows no app 7: the app id stands at the top of the app's page on developers.facebook.com",
    ],
    [100, "Meta would not show app 7"],
  ])("that Meta does not show is told of with code %i", async (code, sentence) => {
    const failing = verifyApp(fakeGraph(refusal(code)).graph, APP);
    await expect(failing).rejects.toEqual(
      expect.objectContaining({ name: "MetaError", code, message: `${sentence}${told(code)}` }),
    );
  });
});

describe("an app's subscription", () => {
  const listed = {
    object: "whatsapp_business_account",
    callback_url: "https://hooks.example.com/webhook",
    active: true,
    fields: ["messages", { name: "security", version: "v25.0" }],
    include_values: true,
  };

  test("is the one of WhatsApp, its fields by name", async () => {
    const { graph, sent } = fakeGraph({ data: [{ object: "page" }, listed] });
    expect(await readSubscription(graph, APP)).toEqual({
      callbackUrl: "https://hooks.example.com/webhook",
      active: true,
      fields: ["messages", "security"],
      includeValues: true,
    });
    expect(sent).toEqual([{ method: "GET", path: "/7/subscriptions", token: "7|s" }]);
  });

  test("that says nothing is not active and has no fields", async () => {
    const { graph } = fakeGraph({ data: [{ object: "whatsapp_business_account" }] });
    expect(await readSubscription(graph, APP)).toEqual({
      callbackUrl: "",
      active: false,
      fields: [],
      includeValues: undefined,
    });
  });

  test("can be none", async () => {
    expect(await readSubscription(fakeGraph({ data: [{ object: "page" }] }).graph, APP)).toBe(
      undefined,
    );
  });

  test("that Meta does not show is told of", async () => {
    const failing = readSubscription(fakeGraph(refusal(100)).graph, APP);
    await expect(failing).rejects.toThrow(
      `Meta would not show the subscriptions of app 7${told(100)}`,
    );
  });
});

describe("subscribing an app", () => {
  const wish = {
    callbackUrl: "https://hooks.example.com/webhook",
    verifyToken: "v",
    fields: ["messages", "security"],
  };

  test.each([[true], ["true"]])("asks for the fields with their values (%j)", async (success) => {
    const { graph, sent } = fakeGraph({ success });
    await subscribeApp(graph, APP, wish);
    expect(sent).toEqual([
      {
        method: "POST",
        path: "/7/subscriptions",
        token: "7|s",
        params: {
          object: "whatsapp_business_account",
          callback_url: "https://hooks.example.com/webhook",
          verify_token: "v",
          fields: "messages,security",
          include_values: "true",
        },
      },
    ]);
  });

  test.each([
    [
      2200,
      "Meta's handshake with https://hooks.example.com/webhook failed: see what `npm run status` says of it",
    ],
    [100, "Meta refused the subscription"],
  ])("fails with Meta's code %i", async (code, sentence) => {
    const failing = subscribeApp(fakeGraph(refusal(code)).graph, APP, wish);
    await expect(failing).rejects.toThrow(MetaError);
    await expect(subscribeApp(fakeGraph(refusal(code)).graph, APP, wish)).rejects.toThrow(
      `${sentence}${told(code)}`,
    );
  });

  test("fails unless Meta says that it succeeded", async () => {
    await expect(subscribeApp(fakeGraph({ success: false }).graph, APP, wish)).rejects.toThrow();
  });
});

describe("an app secret", () => {
  const HEX = "0123456789abcdef0123456789abcdef";
  const LINE = "ends in a line break: set it without one (`printf %s` instead of `echo`)";
  const SPACE = "has a space before or after it";
  const INSIDE = "has a space or line break in it";
  const CASE = "has upper-case letters: Meta shows it in lower case";
  const FORM =
    "is not of Meta's form, 32 hex digits (0-9, a-f): it may be a token or another setting";

  test.each([
    ["of Meta's form", HEX, undefined],
    ["empty", "", "is empty"],
    ["with a line break", `${HEX}\n`, LINE],
    ["with Windows' line break", `${HEX.toUpperCase()}\r\n`, LINE],
    ["with blanks and a line break", `  ${HEX} \t\n \n`, LINE],
    ["of another length with a line break", `${HEX}0\n`, SPACE],
    ["after other letters and with a line break", `x${HEX}\n`, SPACE],
    ["before a line break and more", `${HEX}\nx`, INSIDE],
    ["after a space", ` ${HEX}`, SPACE],
    ["after spaces", `  ${HEX}`, SPACE],
    ["before a space", `${HEX} `, SPACE],
    ["before spaces", `${HEX}\t\t`, SPACE],
    ["between spaces", ` ${HEX} `, INSIDE],
    ["with a space inside", `${HEX.slice(1)} `.replace(/^(.)/, "$1 "), INSIDE],
    ["of two words", `${HEX.slice(16)} ${HEX.slice(16)}`, INSIDE],
    ["of blanks", "  ", INSIDE],
    ["in upper case", HEX.toUpperCase(), CASE],
    ["in upper case, too long", `${HEX.toUpperCase()}0`, FORM],
    ["too short", HEX.slice(1), "has 31 characters: Meta's have 32"],
    ["too long", `${HEX}0`, "has 33 characters: Meta's have 32"],
    ["of other letters", `g${HEX.slice(1)}`, FORM],
    ["after other letters", `x${HEX}`, FORM],
    ["before other letters", `${HEX}x`, FORM],
    ["of a token", "EAAJ|x", FORM],
  ])("%s", (_what, text, fault) => {
    expect(findAppSecretFault(text)).toBe(fault);
  });
});
