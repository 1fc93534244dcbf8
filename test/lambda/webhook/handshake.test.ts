import { expect, test } from "vitest";
import { VERIFY_TOKEN } from "../../support/builders.ts";
import { createMemoryWorld } from "../../support/world.ts";

const world = createMemoryWorld();

const GOOD = {
  "hub.mode": "subscribe",
  "hub.challenge": "1158201444",
  "hub.verify_token": VERIFY_TOKEN,
};

function handshake(rawQueryString: string) {
  const requestContext = { http: { method: "GET" } };
  return world.send({ rawPath: "/webhook", rawQueryString, requestContext });
}

function query(difference: Record<string, string> = {}): string {
  return new URLSearchParams({ ...GOOD, ...difference }).toString();
}

test.each(["1158201444", "a+b&c=d% <script>alert(1)</script>", "x".repeat(1024)])(
  "a handshake gets its challenge back, letter for letter: %s",
  async (challenge) => {
    expect(await handshake(query({ "hub.challenge": challenge }))).toEqual({
      statusCode: 200,
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      },
      body: challenge,
    });
  },
);

test.each([
  ["a challenge over 1 KB", query({ "hub.challenge": "x".repeat(1025) })],
  ["a challenge with a line break", query({ "hub.challenge": "a\r\nSet-Cookie: b" })],
  ["a challenge beyond ASCII", query({ "hub.challenge": "ü" })],
  ["two challenges", `${query()}&hub.challenge=2`],
  ["two tokens", `${query()}&hub.verify_token=${VERIFY_TOKEN}`],
  ["another mode", query({ "hub.mode": "unsubscribe" })],
  ["no challenge", `hub.mode=subscribe&hub.verify_token=${VERIFY_TOKEN}`],
  ["a wrong token", query({ "hub.verify_token": "wrong" })],
  ["an empty token", query({ "hub.verify_token": "" })],
  ["no query at all", "%"],
])("a handshake is refused, its challenge kept back, with %s", async (_, rawQueryString) => {
  expect(await handshake(rawQueryString)).toMatchObject({ statusCode: 403, body: "handshake" });
});
