import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, describe, expect, test } from "vitest";
import { runAll } from "../../../lambda/checks/check.ts";
import { toWebhookChecks } from "../../../lambda/checks/webhook-checks.ts";
import type { StoredSecret } from "../../../lambda/meta/stored-secret.ts";
import { ExplainedError } from "../../../lambda/shared/sentence.ts";
import { APP_SECRET, OLD_APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import { factsOf, toLine, watchedSystem } from "../../support/facts.ts";
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
  return runAll(toWebhookChecks(watchedSystem({ webhookUrl: given.url ?? webhookUrl }), facts));
}

describe("the webhook", () => {
  test("lets Meta in and nobody else", async () => {
    const checks = await look({});
    expect(checks.map(({ name }) => name)).toEqual(["App secret", "Handshake", "Forged delivery"]);
    const [secret, handshakeLine, forged] = checks.map(toLine);
    expect(secret).toBe("secret ok: 1 app secret saved (valid format).");
    expect(handshakeLine).toMatch(
      /^handshake ok: http:\S+ answered Meta's handshake in \d{1,5} ms\.$/,
    );
    expect(forged).toBe("forged ok: A delivery without a signature is refused (401).");
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

  test("that does not answer fails with the reason", async () => {
    const url = "http://127.0.0.1:9/webhook";
    for (const line of (await look({ url })).slice(1).map(toLine)) {
      expect(line).toMatch(
        /^\w+ failed: http:\/\/127\.0\.0\.1:9\/webhook does not answer \([^)]+\)\. Fix: check the network, then npm run deploy -- -c stackName=Hooks$/,
      );
    }
  });
});

describe("the handshake", () => {
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
    expect(toLine(handshake)).toBe(
      `handshake failed: ${webhookUrl} answers ${status} to the right verify token. Fix: wait five minutes if the secret has just changed, else see the function's log`,
    );
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
    expect(toLine(tokenless)).toBe("handshake unknown: It can't be tried without a verify token.");
    const [, unread] = await look({ secret: new Error("no") });
    expect(unread?.state).toBe("unknown");
    expect(seen.filter(({ method }) => method === "GET")).toEqual([]);
  });
});

test("a forged delivery that is let in is a failure", async () => {
  const [, , forged] = await look({ answers: (_request, response) => response.end() });
  expect(toLine(forged)).toBe(
    "forged failed: A delivery without a signature is answered 200, not 401. Fix: see that WebhookUrl leads to this system's function, and the function's log",
  );
});

describe("the app secret", () => {
  const CONNECT = "Fix: npm run connect -- --stack Hooks";
  const appSecrets = [APP_SECRET, OLD_APP_SECRET];
  const rotation = { startedAt: "a", keepUntil: "b", retiring: OLD_APP_SECRET };

  test.each<[string, StoredSecret | Error]>([
    [
      `failed: It has no verify token, so that Meta can't subscribe. ${CONNECT}`,
      { ...SECRET, verifyToken: "" },
    ],
    [`failed: None is set: every delivery is refused. ${CONNECT}`, { ...SECRET, appSecrets: [] }],
    [
      `failed: Number 2 of 2 has 3 characters: Meta's have 32. ${CONNECT}`,
      { ...SECRET, appSecrets: [APP_SECRET, "abc"] },
    ],
    [
      "ok: 2 app secrets saved (valid format); a rotation is under way: npm run rotate-secret -- --stack Hooks.",
      { ...SECRET, appSecrets, rotation },
    ],
    ["failed: It is odd.", new ExplainedError("It is odd.")],
    ["unknown, unread: Error: odd", new Error("odd")],
    [
      "failed: The secret is marked for deletion: every delivery is refused. Fix: aws secretsmanager restore-secret, with the stack's output SecretArn as --secret-id",
      new Error("You can't … because it was marked for deletion."),
    ],
  ])("%s", async (line, secret) => {
    const [check] = await look({ secret });
    expect(toLine(check)).toBe(`secret ${line}`);
  });
});
