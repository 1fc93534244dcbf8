import { afterAll, describe, expect, test } from "vitest";
import { startLocalRun } from "../../support/local-run.ts";
import { rawRequest } from "../../support/raw-request.ts";

const local = await startLocalRun();
afterAll(local.stop);

type Address = "webhookUrl" | "dynamodbEndpoint" | "snsEndpoint" | "sqsEndpoint";

/** A path of one of the local run's servers, whose port "PORT" stands for. */
function ask(name: Address, path: string, headers: Record<string, string>, method = "POST") {
  const { origin, port } = new URL(local.address[name]);
  const own = Object.entries(headers).map(([key, value]) => [key, value.replace("PORT", port)]);
  const target = path.startsWith("http") ? path : undefined;
  const url = target === undefined ? origin + path : origin;
  return rawRequest(url, { method, headers: Object.fromEntries(own), ...(target && { path }) });
}

const EVIL = { origin: "https://evil.example" };

test.each<[Address, string]>([
  ["dynamodbEndpoint", "/"],
  ["snsEndpoint", "/"],
  ["sqsEndpoint", "/"],
  ["webhookUrl", "/webhook"],
  ["webhookUrl", "/incident"],
  ["webhookUrl", "/"],
])("a page of another origin or name gets nothing from %s %s", async (name, path) => {
  for (const method of ["GET", "POST", "OPTIONS"]) {
    const { status, headers } = await ask(name, path, EVIL, method);
    expect([status, headers["access-control-allow-origin"]]).toEqual([403, undefined]);
    if (name === "webhookUrl") continue;
    expect((await ask(name, path, { host: "evil.example:PORT" }, method)).status).toBe(403);
    expect((await ask(name, path, { host: "localhost:PORT" }, method)).status).not.toBe(403);
  }
});

describe("the gateway", () => {
  test.each([
    ["without an origin, as Meta's", {}],
    ["of the incident page itself, which asks for no referrer", { origin: "null" }],
    ["behind a tunnel", { origin: "https://t.example", host: "t.example" }],
    [
      "behind a tunnel that names itself",
      { origin: "https://t.example", "x-forwarded-host": "t.example" },
    ],
  ])("lets a request through %s", async (_what, headers) => {
    const { status } = await ask("webhookUrl", "/incident", headers as never, "GET");
    expect(status).toBe(404);
  });

  test.each(["127.0.0.1:PORT", "localhost:PORT", "LOCALHOST:PORT"])(
    "shows its overview to who asks for the host %s",
    async (host) => {
      expect((await ask("webhookUrl", "/", { host }, "GET")).status).toBe(200);
    },
  );

  const HERE = { host: "localhost:PORT" };

  test.each<[string, Record<string, string>, string?, string?]>([
    ["by a name that was pointed here", { host: "rebound.example:PORT" }],
    ["by one that begins as this machine's", { host: "127.0.0.1.rebound.example:PORT" }],
    ["by a name without a port", { host: "rebound.example" }],
    ["by the address without a port", { host: "127.0.0.1" }],
    ["by another port", { host: "localhost:1" }],
    ["with a user before the name", { host: "127.0.0.1:PORT@rebound.example" }],
    ["by two names", { host: "127.0.0.1:PORT, rebound.example" }],
    ["through a tunnel that says so by Forwarded", { ...HERE, forwarded: "192.0.2.1" }],
    ["by X-Forwarded-For", { ...HERE, "x-forwarded-for": "192.0.2.1" }],
    ["by X-Forwarded-Host", { ...HERE, "x-forwarded-host": "192.0.2.1" }],
    ["by X-Real-IP", { ...HERE, "x-real-ip": "192.0.2.1" }],
    ["by Via", { ...HERE, via: "192.0.2.1" }],
    ["by POST", HERE, "POST"],
    ["by OPTIONS", HERE, "OPTIONS"],
    ["at /index.html", HERE, "GET", "/index.html"],
    ["at //", HERE, "GET", "//"],
    ["at another host's address", HERE, "GET", "http://rebound.example/"],
  ])("hides it from who asks %s", async (_how, headers, method = "GET", path = "/") => {
    const { status, text } = await ask("webhookUrl", path, headers, method);
    expect([status, text]).toEqual([404, '{"message":"Not Found"}']);
  });
});
