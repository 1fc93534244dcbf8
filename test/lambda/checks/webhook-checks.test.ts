import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, describe, expect, test } from "vitest";
import { checkWebhook } from "../../../lambda/checks/webhook-checks.ts";
import type { StoredSecret } from "../../../lambda/meta/stored-secret.ts";
import { ExplainedError } from "../../../lambda/shared/sentence.ts";
import { APP_SECRET, OLD_APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import { factsOf, watchedSystem } from "../../support/facts.ts";
import { serve } from "../../support/serve.ts";

type Respond = (request: IncomingMessage, response: ServerResponse, body: string) => unknown;

/** What the deployed function answers. */
const asWanted: Respond = (request, response) => {
  const { searchParams } = new URL(request.url ?? "", "http://x");
  if (request.method === "POST") return response.writeHead(401).end();
  if (searchParams.get("hub.verify_token") !== VERIFY_TOKEN) return response.writeHead(403).end();
  return response.end(searchParams.get("hub.challenge"));
};

let respond = asWanted;
const seen: { method: string; url: URL; type: string; body: string }[] = [];
const { url, stop } = await serve(async (request, response) => {
  const body = Buffer.concat(await Array.fromAsync(request)).toString();
  const { method = "", url = "", headers } = request;
  seen.push({ method, url: new URL(url, "http://x"), type: headers["content-type"] ?? "", body });
  respond(request, response, body);
});
const webhookUrl = `${url}/webhook`;
afterAll(stop);

const SECRET = { verifyToken: VERIFY_TOKEN, appSecrets: [APP_SECRET] };

async function look(given: {
  readonly secret?: StoredSecret | Error;
  readonly answers?: Respond;
  readonly url?: string;
}) {
  respond = given.answers ?? asWanted;
  seen.length = 0;
  const facts = factsOf({ secret: given.secret ?? SECRET });
  return checkWebhook(watchedSystem({ webhookUrl: given.url ?? webhookUrl }), facts);
}

describe("the webhook", () => {
  test("lets Meta in and nobody else", async () => {
    const checks = await look({});
    expect(checks).toEqual([
      {
        id: "secret",
        name: "App secret",
        state: "ok",
        message: "1 app secret saved (valid format).",
      },
      {
        id: "handshake",
        name: "Handshake",
        state: "ok",
        message: expect.stringMatching(/^http:\S+ answered Meta's handshake in \d+ ms\.$/),
      },
      {
        id: "forged",
        name: "Forged delivery",
        state: "ok",
        message: "A delivery without a signature is refused (401).",
      },
    ]);
    const milliseconds = Number(/in (\d+) ms/.exec(checks[1]?.message ?? "")?.[1]);
    expect(milliseconds).toBeLessThan(60_000);
    const handshake = seen.find(({ method }) => method === "GET")?.url;
    expect(Object.fromEntries(handshake?.searchParams ?? [])).toEqual({
      "hub.mode": "subscribe",
      "hub.challenge": expect.stringMatching(/^[0-9a-f-]{36}$/),
      "hub.verify_token": VERIFY_TOKEN,
    });
    expect(seen.find(({ method }) => method === "POST")).toMatchObject({
      type: "application/json",
      body: '{"object":"whatsapp_business_account","entry":[]}',
    });
  });

  test("keeps the rest of its address", async () => {
    const [, handshake] = await look({ url: `${webhookUrl}?stage=1` });
    expect(handshake?.state).toBe("ok");
    expect(seen.map(({ url }) => url.searchParams.get("stage"))).toEqual(["1", "1"]);
  });

  test("that does not answer is told of with the reason", async () => {
    const url = "http://127.0.0.1:9/webhook";
    const [, handshake, forged] = await look({ url });
    for (const check of [handshake, forged]) {
      expect(check).toMatchObject({
        state: "failed",
        message: expect.stringMatching(
          /^http:\/\/127\.0\.0\.1:9\/webhook does not answer \([^)]+\)\.$/,
        ),
        fix: "check the network, then npm run deploy",
      });
    }
  });
});

describe("the handshake", () => {
  const fix = "wait five minutes if the secret has just changed, else see the function's log";

  test.each([
    ["another status", 403, (challenge: string) => challenge],
    ["another status with the challenge", 201, (challenge: string) => challenge],
    ["another challenge", 200, () => "other"],
  ])("fails with %s", async (_what, status, toBody) => {
    const answers: Respond = (request, response) => {
      const challenge = new URL(request.url ?? "", "http://x").searchParams.get("hub.challenge");
      response.writeHead(status).end(toBody(challenge ?? ""));
    };
    const [, handshake] = await look({ answers });
    expect(handshake).toMatchObject({
      state: "failed",
      message: `${webhookUrl} answers ${status} to the right verify token.`,
      fix,
    });
  });

  test("follows no redirect", async () => {
    const answers: Respond = (_request, response) =>
      response.writeHead(302, { location: webhookUrl }).end();
    const [, handshake, forged] = await look({ answers });
    expect(handshake?.message).toContain("answers 302");
    expect(forged?.message).toContain("answered 302");
    expect(seen).toHaveLength(2);
  });

  test("can't be tried without a verify token, or without a secret", async () => {
    const [, tokenless] = await look({ secret: { ...SECRET, verifyToken: "" } });
    expect(tokenless).toMatchObject({
      state: "unknown",
      message: "It can't be tried without a verify token.",
    });
    const [, unread] = await look({ secret: new Error("no") });
    expect(unread?.state).toBe("unknown");
    expect(seen.filter(({ method }) => method === "GET")).toEqual([]);
  });
});

test("a forged delivery that is let in is a failure", async () => {
  const [, , forged] = await look({ answers: (_request, response) => response.end() });
  expect(forged).toMatchObject({
    state: "failed",
    message: "A delivery without a signature is answered 200, not 401.",
    fix: "see that WebhookUrl leads to this system's function, and the function's log",
  });
});

describe("the app secret", () => {
  const CONNECT = "npm run connect -- --stack Hooks";
  const rotation = { startedAt: "a", keepUntil: "b", retiring: OLD_APP_SECRET };

  test.each([
    [
      { ...SECRET, verifyToken: "" },
      "failed",
      "It has no verify token, so that Meta can't subscribe.",
      CONNECT,
    ],
    [{ ...SECRET, appSecrets: [] }, "failed", "None is set: every delivery is refused.", CONNECT],
    [
      { ...SECRET, appSecrets: [APP_SECRET, "abc"] },
      "failed",
      "Number 2 of 2 has 3 characters: Meta's have 32.",
      CONNECT,
    ],
    [
      { ...SECRET, appSecrets: [APP_SECRET, OLD_APP_SECRET], rotation },
      "ok",
      "2 app secrets saved (valid format); a rotation is under way: npm run rotate-secret -- --stack Hooks.",
      undefined,
    ],
    [new ExplainedError("It is odd."), "failed", "It is odd.", undefined],
    [new Error("odd"), "unknown", "Error: odd", undefined],
    [
      new Error("You can't … because it was marked for deletion."),
      "failed",
      "The secret is marked for deletion: every delivery is refused.",
      "aws secretsmanager restore-secret, with the stack's output SecretArn as --secret-id",
    ],
  ])("%#", async (secret, state, message, fix) => {
    const [check] = await look({ secret });
    expect(check).toEqual({
      ...(state === "unknown" && { why: "unread" }),
      id: "secret",
      name: "App secret",
      state,
      message,
      ...(fix && { fix }),
    });
  });
});
