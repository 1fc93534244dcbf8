import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type ConnectOptions, connect } from "../../../infra/commands/connect/connect.ts";
import { APP_SECRET, OLD_APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import {
  APP_ID,
  OTHER_APP_ID,
  STACK,
  startOperatorWorld,
  TOKEN,
  WABA,
} from "../../support/operator-world.ts";
import { runWith, unseen } from "../../support/terminal.ts";

const SCOPES = ["whatsapp_business_management"];
const OTHER = "102290129340399";
const THIRD = "102290129340400";
const world = await startOperatorWorld();
const { aws, graph, webhookUrl } = world;
afterAll(() => world.stop());

/** Nothing is connected yet: the account has another app, and two more have none. */
beforeEach(() => {
  world.reset();
  setApp();
  graph.apps.set(OTHER_APP_ID, { name: "Chat desk", secret: OLD_APP_SECRET });
  graph.accounts.set(WABA, { apps: [OTHER_APP_ID], numbers: [] });
  for (const id of [OTHER, THIRD]) graph.accounts.set(id, { apps: [], numbers: [] });
  setToken([WABA]);
  setSecrets();
});

/** With a subscription, one to our address and no field, but for these. */
function setApp(subscription?: object, name = "Security hooks"): void {
  const common = { callback_url: webhookUrl, fields: ["security"], active: true };
  const subscribed = subscription && { subscription: { ...common, ...subscription } };
  graph.apps.set(APP_ID, { name, secret: APP_SECRET, ...subscribed });
}

function setToken(wabaIds: string[], scopes = SCOPES, appId = APP_ID): void {
  graph.tokens.set(TOKEN, { appId, scopes, wabaIds });
}

function setSecrets(...appSecrets: string[]): void {
  aws.secret = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets });
}

/** The token as an editor may leave it in a file. */
const GIVEN = { WHATSAPP_APP_SECRET: APP_SECRET, WHATSAPP_SYSTEM_USER_TOKEN: ` ${TOKEN}\n` };

function run(
  difference: Partial<ConnectOptions> = {},
  env: Record<string, string | undefined> = GIVEN,
  ...answers: Parameters<typeof runWith>[1][]
) {
  const options: ConnectOptions = {
    stack: STACK,
    appId: APP_ID,
    waba: [WABA],
    graphUrl: graph.url,
    graphVersion: "v25.0",
    yes: true,
    ...difference,
  };
  return runWith((terminal) => connect({ options, env, terminal }), ...answers);
}

function changes() {
  return graph.requests.filter(({ method }) => method !== "GET");
}

function saved() {
  return JSON.parse(aws.secret);
}

describe("a new app", () => {
  test("is connected by the documented requests and no others", async () => {
    expect((await run()).code).toBe(0);
    expect(graph.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /${APP_ID}`,
      `GET /${APP_ID}/subscriptions`,
      "GET /debug_token",
      `GET /${WABA}/subscribed_apps`,
      `POST /${APP_ID}/subscriptions`,
      `POST /${WABA}/subscribed_apps`,
    ]);
    expect(changes()[0]?.params).toEqual({
      object: "whatsapp_business_account",
      callback_url: webhookUrl,
      verify_token: VERIFY_TOKEN,
      fields: "security",
      include_values: "true",
    });
    expect(saved().appSecrets).toEqual([APP_SECRET]);
    expect(graph.accounts.get(WABA)?.apps).toEqual([OTHER_APP_ID, APP_ID]);
  });

  test("is subscribed to every account that is named and lacks it, once", async () => {
    graph.accounts.set(OTHER, { apps: [APP_ID], numbers: [] });
    setToken([WABA, OTHER, THIRD]);
    await run({ waba: [WABA, OTHER, THIRD, THIRD] });
    const subscribed = changes().filter(({ path }) => path.endsWith("/subscribed_apps"));
    expect(subscribed.map(({ path }) => path)).toEqual([
      `/${WABA}/subscribed_apps`,
      `/${THIRD}/subscribed_apps`,
    ]);
  });

  test("has its secret saved before Meta signs with it, and its token kept at last", async () => {
    const puts: number[] = [];
    aws.before = (action) => action === "PutSecretValue" && puts.push(changes().length);
    await run({ keepToken: true });
    expect(puts).toEqual([0, 2]);
  });

  test("is left alone by a second run, which asks nothing", async () => {
    await run();
    graph.requests.length = 0;
    const before = aws.secret;
    const { text } = await run({ yes: false });
    expect([changes(), aws.secret]).toEqual([[], before]);
    expect(text).toContain("Nothing to change");
    expect(text).not.toContain("Done.");
    aws.calls.length = 0;
    await run({ again: true });
    expect(aws.calls, "the same secret").not.toContain("PutSecretValue");
  });

  test.each<[string, object, Partial<ConnectOptions>]>([
    ["is not active", { active: false }, {}],
    ["sends no values", { include_values: false }, {}],
    ["is replaced", { callback_url: "https://old.example/hooks" }, { replaceCallback: true }],
    ["is well, and --again is given", {}, { again: true }],
  ])("is subscribed again when its subscription %s", async (_, difference, options) => {
    setApp(difference);
    const { text } = await run({ waba: [], ...options });
    expect(changes().map(({ path }) => path)).toEqual([`/${APP_ID}/subscriptions`]);
    expect(text).toContain(`- subscribe again, values included, sent to ${webhookUrl}`);
  });

  test("keeps the fields, the other app secrets and whatever else the secret holds", async () => {
    setApp({ fields: ["messages"] });
    const appSecrets = [OLD_APP_SECRET, `${APP_SECRET}\n`];
    aws.secret = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets, note: "ours" });
    const { text } = await run();
    expect(changes()[0]?.params.fields).toBe("messages,security");
    expect(saved()).toEqual({
      verifyToken: VERIFY_TOKEN,
      appSecrets: [APP_SECRET, OLD_APP_SECRET],
      appId: APP_ID,
      note: "ours",
    });
    expect(text).toContain("- save the app secret as the first, keep 1 other, drop 1 -");
    expect(text).toContain("- subscribe the field security, keep messages, values included,");
  });

  test("drops the other app secrets when they are to be replaced", async () => {
    setSecrets(OLD_APP_SECRET);
    const { text } = await run({ replace: true });
    expect(saved().appSecrets).toEqual([APP_SECRET]);
    expect(text).toContain("- save the app secret as the first, drop 1 -");
  });

  test("loses nothing that another operator saved meanwhile", async () => {
    aws.before = (action) => action === "PutSecretValue" && setSecrets(OLD_APP_SECRET);
    await expect(run()).rejects.toThrow("was changed by somebody else");
    expect(saved().appSecrets).toEqual([OLD_APP_SECRET]);
    expect(changes()).toEqual([]);
  });

  test("gives the watchdog a token only when asked to, in a secret of its own", async () => {
    await run();
    expect(aws.token).toBe("{}");
    const { text } = await run({ keepToken: true });
    expect(text).toContain("keep the system-user token where only the watchdog");
    expect(saved().watchedAccounts).toEqual([WABA]);
    for (const said of [text, aws.secret]) expect(said).not.toContain(TOKEN);
    for (const waba of [[WABA], []]) {
      aws.token = "{}";
      await run({ keepToken: true, waba });
      expect(JSON.parse(aws.token)).toEqual({ token: TOKEN, wabaIds: [] });
    }
  });

  test("keeps the token of a local run in a file that only its owner reads", async () => {
    await run({ stack: undefined as never, data: world.data, keepToken: true });
    const file = join(world.data, "meta-token.json");
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ token: TOKEN, wabaIds: [] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(saved().appSecrets).toEqual([APP_SECRET]);
    rmSync(file);
  });

  describe("whose accounts the watchdog asks about", () => {
    const keep = (...waba: string[]) => run({ waba, keepToken: true });
    const unwatch = (id: string) => run({ waba: [], unwatch: [id] });

    beforeEach(() => setToken([WABA, OTHER]));

    test("adds to them, and shows before and after", async () => {
      await keep(WABA);
      const { text } = await keep(OTHER);
      expect(saved().watchedAccounts).toEqual([WABA, OTHER]);
      expect(text).toContain(
        `the watchdog asks about ${WABA}, ${OTHER}; before: ${WABA} (to take one away: --unwatch ID)`,
      );
      expect(text, "it is there").not.toContain("save the app id");
      expect((await keep()).text).toContain(`asks about ${WABA}, ${OTHER}, as before (to`);
      await run({ again: true });
      expect(saved().watchedAccounts, "a later run").toEqual([WABA, OTHER]);
    });

    test("has all that the token was given until some are chosen, and stays so", async () => {
      expect((await keep()).text).toContain(
        "about all accounts that the token was given; before: none",
      );
      expect(saved().watchedAccounts).toEqual([]);
      await keep(OTHER);
      expect(saved().watchedAccounts).toEqual([]);
    });

    test("loses the one that is taken away, and never the last one", async () => {
      await keep();
      await unwatch(WABA);
      expect(saved().watchedAccounts).toEqual([OTHER]);
      await world.refuses(() => unwatch(WABA), "does not ask about account");
      await world.refuses(() => unwatch(OTHER), "No account would be left");
    });
  });

  test("remembers the app of a system that was connected before this was kept", async () => {
    await run();
    const { appId, ...before } = saved();
    aws.secret = JSON.stringify(before);
    const { text } = await run();
    expect(text).toContain(`save the app id ${APP_ID} beside the app secret`);
    expect(saved().appId).toBe(appId);
  });

  test("answers machines with one document and nothing secret", async () => {
    expect((await run({ json: true })).json()).toEqual({
      deployment: "stack Hooks in us-east-1",
      app: { id: APP_ID, name: "Security hooks" },
      callbackUrl: webhookUrl,
      accounts: [WABA],
      changes: [
        "save the app secret as the first",
        `subscribe the field security, values included, sent to ${webhookUrl}`,
        `subscribe the app to account ${WABA}`,
      ],
    });
  });
});

describe("an operator at a terminal", () => {
  test("is asked for the secrets unseen, sees what would change, and may decline", async () => {
    const answers = [APP_ID, unseen(APP_SECRET), unseen(TOKEN)];
    const ask = (isAgreed: boolean) =>
      run({ yes: false, appId: undefined as never }, {}, ...answers, isAgreed);
    await world.refuses(() => ask(false), "Nothing was changed.");
    expect((await ask(true)).questions).toEqual([
      "Meta app id",
      "App secret (not shown)",
      "System-user token (not shown)",
      "Make these changes?",
    ]);
  });

  test("sees within 80 columns what is there, what is changed, and what to do next", async () => {
    const { out, text } = await run();
    expect(text).toBe(
      [
        `App Security hooks (${APP_ID}) Deployment stack Hooks in us-east-1`,
        `At Meta no WhatsApp webhooks yet Account ${WABA}: Chat desk (${OTHER_APP_ID})`,
        "Token The system-user token lacks the permission whatsapp_business_messaging: it can see the accounts, but npm run protect cannot set a PIN with it.",
        "To change: - save the app secret as the first",
        `- subscribe the field security, values included, sent to ${webhookUrl}`,
        `- subscribe the app to account ${WABA}`,
        `Done. Next: npm run status -- --stack Hooks --app-id ${APP_ID} npm run drill -- --stack Hooks`,
      ].join(" "),
    );
    expect(out.filter((line) => line.length > 80 && !line.includes("http"))).toEqual([]);
  });

  test("sees names from Meta without what would move the cursor, and what is not well", async () => {
    setApp({ active: false }, "H\u001b[2J\u202e");
    setToken([OTHER], [...SCOPES, "whatsapp_business_messaging"]);
    const { text } = await run({ waba: [OTHER] });
    expect(text).toMatch(
      /^App H\ufffd\[2J\ufffd \(\d+\) .* At Meta security, not active sent to http:/,
    );
    expect(text).toContain(
      `Account ${OTHER}: no app subscribed Token may see the accounts and set PINs To change:`,
    );
    expect((await run({ waba: [], again: true })).text).toContain(
      "Done. Not looked at: whether your WhatsApp Business accounts are subscribed to the app.",
    );
  });
});

describe("a run that must not go on", () => {
  test.each([
    ["The app secret in WHATSAPP_APP_SECRET ends in a line break", `${APP_SECRET}\n`],
    ["is empty", ""],
    [
      /^This is not the app secret of app 1234567890123456: .*Invalid OAuth access token signature; code 190\)\.$/,
      OLD_APP_SECRET,
    ],
    ["give the app secret in the environment variable WHATSAPP_APP_SECRET", undefined],
  ])("stops at an app secret: %s", (message, WHATSAPP_APP_SECRET) =>
    world.refuses(() => run({}, { ...GIVEN, WHATSAPP_APP_SECRET }), message),
  );

  test("stops at an empty token, and where nobody can be asked for one", async () => {
    const without = { WHATSAPP_APP_SECRET: APP_SECRET };
    await world.refuses(() => run({}, without, unseen(" ")), "The system-user token is empty.");
    await world.refuses(() => run({}, without), "variable WHATSAPP_SYSTEM_USER_TOKEN");
  });

  test.each<[string, Partial<ConnectOptions>]>([
    ["Meta knows no app 9999999", { appId: "9999999" }],
    ["there is no terminal to ask, so add --yes", { yes: false }],
    ["The callback URL hello is not an address.", { callbackUrl: "hello" }],
    [`Meta can't reach ${webhookUrl}: start a tunnel`, { graphUrl: "https://graph.facebook.com" }],
    ["does not answer (ECONNREFUSED)", { graphUrl: "http://127.0.0.1:65535" }],
  ])("stops: %s", (message, options) => world.refuses(() => run(options), message));

  const without = (output: string) => delete aws.stack?.outputs[output];
  const failing = (status: number, body: string) =>
    Object.assign(graph, { fault: () => ({ status, body }) });
  const refusing = (code: number, message: string) =>
    failing(400, JSON.stringify({ error: { message, code } }));

  test.each<[string | RegExp, () => unknown]>([
    ["no secret for a system-user token", () => without("TokenSecretArn")],
    ["Stack Hooks (CREATE_COMPLETE) lacks the output TableName", () => without("TableName")],
    ["has no verifyToken: add one", () => (aws.secret = '{"verifyToken":"","appSecrets":[]}')],
    ["is not authorized to perform", () => aws.denied.add("DescribeStacks")],
    ["was not made for app 1234567890123456", () => setToken([], [], OTHER_APP_ID)],
    ["lacks the permission whatsapp_business_management", () => setToken([WABA], ["email"])],
    [`may not use account ${WABA}`, () => setToken([])],
    ["The system-user token is no longer valid", () => graph.tokens.clear()],
    ["Meta's rate limit is reached: try again in an hour", () => refusing(4, "(#4) Limit")],
    [
      "answered 502 with something that is not of its documented form",
      () => failing(502, "<html>"),
    ],
    [
      /webhooks to https:\/\/chat\.example\/hooks.*Make a second Meta app for this system/s,
      () => setApp({ callback_url: "https://chat.example/hooks", fields: ["messages"] }),
    ],
    // No token that Meta quotes is shown.
    [
      /^(?!.*0123456789abcdef).*Malformed access token …/,
      () => refusing(190, `Malformed access token ${APP_ID}|${APP_SECRET}`),
    ],
  ])("stops: %s", async (message, arrange) => {
    arrange();
    await world.refuses(() => run({ keepToken: true }), message);
  });

  test("says that Meta's handshake failed, with Meta's words", async () => {
    const callbackUrl = webhookUrl.replace("/webhook", "/nothing");
    await expect(run({ callbackUrl })).rejects.toThrow(
      /^Meta's handshake with .*HTTP Status Code = 404; code 2200\)\.$/,
    );
  });
});
