import { afterAll, describe, expect, test } from "vitest";
import { startLocalRun } from "../../support/local-run.ts";
import { rawRequest } from "../../support/raw-request.ts";

const local = await startLocalRun();
afterAll(local.stop);

async function ask(address: string, headers: Record<string, string>, method = "POST") {
  const { status, headers: answer } = await rawRequest(address, { method, headers });
  return { status, allowed: answer["access-control-allow-origin"] };
}

const EVIL = { origin: "https://evil.example" };
const REFUSED = { status: 403, allowed: undefined };

describe("a page in this machine's browser", () => {
  test.each(["dynamodbEndpoint", "snsEndpoint", "sqsEndpoint"] as const)(
    "gets nothing from %s, by its origin or by a name that points here",
    async (name) => {
      const address = local.address[name];
      const { port } = new URL(address);
      for (const method of ["GET", "POST", "OPTIONS"]) {
        expect(await ask(address, EVIL, method)).toEqual(REFUSED);
        expect(await ask(address, { host: `evil.example:${port}` }, method)).toEqual(REFUSED);
      }
      expect((await ask(address, { host: `localhost:${port}` })).status).not.toBe(403);
    },
  );

  test.each(["/webhook", "/incident", "/"])("gets nothing from the gateway's %s", async (path) => {
    const address = new URL(path, local.address.webhookUrl).href;
    for (const method of ["GET", "POST"]) {
      expect(await ask(address, EVIL, method)).toEqual(REFUSED);
    }
  });
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
    const address = new URL("/incident", local.address.webhookUrl).href;
    expect((await ask(address, headers as never, "GET")).status).toBe(404);
  });
});
