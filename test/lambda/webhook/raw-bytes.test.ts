import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { APP_SECRET, META_EXAMPLE, newWabaId, sign } from "../../support/builders.ts";
import { postOf, startWorld, type World } from "../../support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const EXAMPLE_ID = "102290129340398";

/** Other bytes for the same JSON value, except where a byte order mark makes it none. */
const SPELLINGS: Readonly<Record<string, (body: string) => string>> = {
  "blanks before it": (body) => `  ${body}`,
  "a line break behind it": (body) => `${body}\r\n`,
  "spaces inside": (body) => body.replaceAll(",", ", ").replaceAll(":", ": "),
  "an escaped letter": (body) => body.replace("PIN_RESET", "\\u0050IN_RESET"),
  "an escaped slash": (body) => body.replace('"entry"', '"note":"a\\/b","entry"'),
  "an escaped umlaut": (body) => body.replace('"entry"', '"note":"\\u00e9","entry"'),
  "an umlaut": (body) => body.replace('"entry"', '"note":"\u00e9","entry"'),
  "another order of keys": (body) =>
    body.replace(/^\{("object":"[^"]+"),(.*)\}$/s, (_, first, rest) => `{${rest},${first}}`),
};

describe.each(Object.entries(SPELLINGS))("a body with %s", (_, respell) => {
  test("is accepted as it was signed, and refused under the signature of any other spelling", async () => {
    const id = newWabaId();
    const plain = META_EXAMPLE.replace(EXAMPLE_ID, id);
    const spelt = respell(plain);
    expect(spelt, "the two spellings differ").not.toBe(plain);
    expect(await world.send(postOf(spelt, sign(plain)))).toMatchObject({ statusCode: 401 });
    expect(await world.send(postOf(plain, sign(spelt)))).toMatchObject({ statusCode: 401 });
    expect(await world.itemsOf(id), "refused bodies are not stored").toEqual([]);

    expect(await world.send(postOf(spelt, sign(spelt)))).toMatchObject({ statusCode: 200 });
    expect(await world.itemsOf(id), "the signed body is stored").toHaveLength(1);
  });
});

describe("a body with a byte order mark", () => {
  test("is verified with its mark: signed without it, it is refused", async () => {
    const id = newWabaId();
    const plain = META_EXAMPLE.replace(EXAMPLE_ID, id);
    const marked = Buffer.from(`\ufeff${plain}`);
    expect(await world.send(postOf(marked, sign(plain)))).toMatchObject({ statusCode: 401 });
    const result = await world.send(postOf(marked, sign(marked)));
    expect([200, 400], "signed with its mark, it is at least verified").toContain(
      result?.statusCode,
    );
  });
});

describe("three app secrets", () => {
  test("are each accepted, and the event says which one matched", async () => {
    const others = ["a".repeat(32), "b".repeat(32)];
    const appSecrets = [...others, APP_SECRET];
    const text = JSON.stringify({ verifyToken: "t", appSecrets });
    const rotated = world.functionWith({ readSecret: async () => text });
    for (const [index, appSecret] of appSecrets.entries()) {
      const id = newWabaId();
      const result = await rotated.deliver(META_EXAMPLE.replace(EXAMPLE_ID, id), appSecret);
      expect(result, `signed with number ${index + 1} of three`).toMatchObject({ statusCode: 200 });
      expect(await world.itemsOf(id)).toMatchObject([{ appSecretIndex: { N: String(index) } }]);
      expect(world.lastLine()).toMatchObject({ MatchedSecretIndex: [index] });
    }
  });
});

describe("a verify token that was changed in the secret", () => {
  test("is re-read by the handshake, and the old one is refused from then on", async () => {
    let verifyToken = "the-old-token-of-the-tests";
    const rotated = world.functionWith({
      readSecret: async () => JSON.stringify({ verifyToken, appSecrets: [APP_SECRET] }),
    });
    const handshake = (token: string) =>
      rotated.send({
        rawPath: "/webhook",
        rawQueryString: `hub.mode=subscribe&hub.challenge=1&hub.verify_token=${token}`,
        requestContext: { http: { method: "GET" } },
      });
    expect(await handshake(verifyToken)).toMatchObject({ statusCode: 200 });
    const old = verifyToken;
    verifyToken = "the-new-token-of-the-tests";
    world.clock.now += 60_000;
    expect(await handshake(verifyToken)).toMatchObject({ statusCode: 200, body: "1" });
    expect(await handshake(old)).toMatchObject({ statusCode: 403 });
  });
});

describe("a secret without a verify token", () => {
  test.each([undefined, "", null])(
    "(%s) confirms no handshake, not even with an empty token",
    async (verifyToken) => {
      const text = JSON.stringify({ verifyToken, appSecrets: [APP_SECRET] });
      const open = world.functionWith({ readSecret: async () => text });
      for (const token of ["", "null", "undefined"]) {
        const rawQueryString = `hub.mode=subscribe&hub.challenge=1&hub.verify_token=${token}`;
        const http = { method: "GET" };
        const request = { rawPath: "/webhook", rawQueryString, requestContext: { http } };
        expect(await open.send(request)).toMatchObject({ statusCode: 403 });
      }
    },
  );
});
