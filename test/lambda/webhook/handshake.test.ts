import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VERIFY_TOKEN } from "../../support/builders.ts";
import { startWorld, type World } from "../../support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const GOOD = {
  "hub.mode": "subscribe",
  "hub.challenge": "1158201444",
  "hub.verify_token": VERIFY_TOKEN,
};

function handshake(rawQueryString: string) {
  return world.send({
    rawPath: "/webhook",
    rawQueryString,
    requestContext: { http: { method: "GET" } },
  });
}

function query(difference: Record<string, string> = {}): string {
  return new URLSearchParams({ ...GOOD, ...difference }).toString();
}

describe("a handshake with our verify token", () => {
  test.each([
    "1158201444",
    "a random string",
    "a+b&c=d%",
    "<script>alert(1)</script>",
    "x".repeat(1024),
  ])("gets its challenge back, letter for letter: %s", async (challenge) => {
    const result = await handshake(query({ "hub.challenge": challenge }));
    expect(result).toEqual({
      statusCode: 200,
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      },
      body: challenge,
    });
  });

  test.each([
    ["an empty challenge", query({ "hub.challenge": "" })],
    ["a challenge over 1 KB", query({ "hub.challenge": "x".repeat(1025) })],
    ["a challenge with a line break", query({ "hub.challenge": "a\r\nSet-Cookie: b" })],
    ["a challenge beyond ASCII", query({ "hub.challenge": "ü" })],
    ["two challenges", `${query()}&hub.challenge=2`],
    ["two tokens", `${query()}&hub.verify_token=${VERIFY_TOKEN}`],
    ["two modes", `${query()}&hub.mode=subscribe`],
    ["another mode", query({ "hub.mode": "unsubscribe" })],
    ["no mode", `hub.challenge=1&hub.verify_token=${VERIFY_TOKEN}`],
    ["no challenge", `hub.mode=subscribe&hub.verify_token=${VERIFY_TOKEN}`],
  ])("is refused with %s", async (_, rawQueryString) => {
    expect(await handshake(rawQueryString)).toMatchObject({ statusCode: 403 });
  });
});

describe("a handshake with another token", () => {
  test.each([
    ["wrong", { "hub.verify_token": "wrong" }],
    ["empty", { "hub.verify_token": "" }],
    ["longer", { "hub.verify_token": `${VERIFY_TOKEN}x` }],
    ["in capitals", { "hub.verify_token": VERIFY_TOKEN.toUpperCase() }],
  ])("(%s) is refused and its challenge kept back", async (_, difference) => {
    const result = await handshake(query(difference));
    expect(result).toMatchObject({ statusCode: 403 });
    expect(result?.body).not.toContain(GOOD["hub.challenge"]);
  });

  test("is refused without any query", async () => {
    expect(await handshake("")).toMatchObject({ statusCode: 403 });
    expect(await handshake("%")).toMatchObject({ statusCode: 403 });
  });
});

test("an empty verify token in the secret opens to nobody", async () => {
  const readSecret = async () => JSON.stringify({ verifyToken: "", appSecrets: ["x"] });
  const open = world.functionWith({ readSecret });
  const rawQueryString = query({ "hub.verify_token": "" });
  const event = {
    rawPath: "/webhook",
    rawQueryString,
    requestContext: { http: { method: "GET" } },
  };
  expect(await open.send(event)).toMatchObject({ statusCode: 403 });
});

test("a handshake while the secret cannot be read is answered 503", async () => {
  const blind = world.functionWith({ readSecret: () => Promise.reject(new Error("down")) });
  const event = {
    rawPath: "/webhook",
    rawQueryString: query(),
    requestContext: { http: { method: "GET" } },
  };
  expect(await blind.send(event)).toMatchObject({ statusCode: 503 });
});
