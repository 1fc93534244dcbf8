import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, describe, expect, test } from "vitest";
import { runAll } from "../../../lambda/checks/check.ts";
import { toWebhookChecks } from "../../../lambda/checks/webhook-checks.ts";
import type { StoredSecret } from "../../../lambda/meta/stored-secret.ts";
import { ExplainedError } from "../../../lambda/shared/sentence.ts";
import { APP_SECRET, OLD_APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import { factsOf, lineOf, linesIn, toLine, watchedSystem } from "../../support/facts.ts";
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

interface Given {
  readonly secret?: StoredSecret | Error;
  readonly answers?: Respond;
  readonly url?: string;
}

function checksOf({ secret = SECRET, answers = asWanted, url = webhookUrl }: Given = {}) {
  respond = answers;
  seen.length = 0;
  return toWebhookChecks(watchedSystem({ webhookUrl: url }), factsOf({ secret }));
}

describe("the webhook", () => {
  test("lets Meta in and nobody else", async () => {
    const checks = await runAll(checksOf());
    expect(checks.map(({ name }) => name)).toEqual(["App secret", "Handshake", "Forged delivery"]);
    expect(checks.map(toLine)).toEqual([
      "secret ok: 1 app secret saved (valid format).",
      expect.stringMatching(/^handshake ok: http:\S+ answered Meta's handshake in \d{1,5} ms\.$/),
      "forged ok: A delivery without a signature is refused (401).",
    ]);
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
    const url = `${webhookUrl}?stage=1`;
    expect(await lineOf(checksOf({ url }), "handshake")).toMatch(/^ok:/);
    expect(seen.map(({ url }) => url.searchParams.get("stage"))).toEqual(["1", "1"]);
  });

  test.each(["handshake", "forged"])(
    "that does not answer fails with the reason: %s",
    async (id) => {
      const url = "http://127.0.0.1:9/webhook";
      expect(await lineOf(checksOf({ url }), id)).toMatch(
        /^failed: http:\/\/127\.0\.0\.1:9\/webhook does not answer \([^)]+\)\. Fix: check the network, then npm run deploy -- -c stackName=Hooks$/,
      );
    },
  );
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
    expect(await lineOf(checksOf({ answers }), "handshake")).toMatch(
      new RegExp(
        `^failed: ${webhookUrl} answers ${status} to the right .* Fix: wait five minutes `,
      ),
    );
  });

  test("follows no redirect", async () => {
    const answers: Respond = (_request, response) =>
      response.writeHead(302, { location: webhookUrl }).end();
    const lines = (await runAll(checksOf({ answers }))).slice(1).map(toLine);
    for (const line of lines) expect(line).toMatch(/ answer(s|ed) 302/);
    expect(seen).toHaveLength(2);
  });

  test.each([
    [
      "a verify token",
      { ...SECRET, verifyToken: "" },
      "unknown: It can't be tried without a verify",
    ],
    ["a secret", new Error("no"), "unknown, unread: Error: no."],
  ])("can't be tried without %s", async (_what, secret, line) => {
    expect(await lineOf(checksOf({ secret }), "handshake")).toContain(line);
    expect(seen.filter(({ method }) => method === "GET")).toEqual([]);
  });
});

test("a forged delivery that is let in is a failure", async () => {
  const answers: Respond = (_request, response) => response.end();
  expect(await lineOf(checksOf({ answers }), "forged")).toMatch(
    /^failed: .* without a signature is answered 200, not 401\. Fix: see that WebhookUrl /,
  );
});

test("the app secret is said in one line", async () => {
  const appSecrets = [APP_SECRET, OLD_APP_SECRET];
  const rotation = { startedAt: "a", keepUntil: "b", retiring: OLD_APP_SECRET };
  const situations: Readonly<Record<string, StoredSecret | Error>> = {
    "no verify token": { ...SECRET, verifyToken: "" },
    "no app secret": { ...SECRET, appSecrets: [] },
    "one of another form": { ...SECRET, appSecrets: [APP_SECRET, "abc"] },
    "a rotation": { ...SECRET, appSecrets, rotation },
    "it is odd": new ExplainedError("It is odd."),
    "it can't be read": new Error("odd"),
    "it is deleted": new Error("You can't … because it was marked for deletion."),
  };
  const look = (secret: StoredSecret | Error) => lineOf(checksOf({ secret }), "secret");
  expect(await linesIn(situations, look)).toMatchSnapshot();
});
