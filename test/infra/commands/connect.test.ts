import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ConnectOptions, connect } from "../../../infra/commands/connect/connect.ts";
import { type Gateway, startGateway } from "../../../infra/local/gateway.ts";
import { createDynamoDB, createSns } from "../../../lambda/shared/clients.ts";
import { createWebhook } from "../../../lambda/webhook/webhook.ts";
import { type AwsStandIn, startAws } from "../../support/aws.ts";
import { APP_SECRET, OLD_APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import { testConfig } from "../../support/config.ts";
import { type GraphApi, startGraphApi } from "../../support/graph-api.ts";
import { APP_ID, OTHER_APP_ID, TOKEN, WABA } from "../../support/operator-world.ts";
import { createTestTerminal, unseen } from "../../support/terminal.ts";

let graph: GraphApi;
let aws: AwsStandIn;
let webhook: Gateway;

beforeAll(async () => {
  graph = await startGraphApi();
  aws = await startAws();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
  aws.secret = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets: [] });
  webhook = await startGateway(
    createWebhook({
      config: testConfig({ tableName: "t", alertTopicArn: "a", alertEvents: [] }),
      dynamodb: createDynamoDB(),
      sns: createSns(),
      readSecret: async () => aws.secret,
      now: Date.now,
      newToken: () => "token",
      newIncidentCode: () => "token",
      pause: async () => {},
      writeLine: () => {},
    }),
    0,
  );
});

afterAll(() => Promise.all([graph.close(), aws.close(), webhook.stop()]));

beforeEach(() => {
  graph.requests.length = 0;
  graph.failure = undefined;
  graph.apps.clear();
  graph.apps.set(APP_ID, { name: "Security hooks", secret: APP_SECRET });
  graph.apps.set(OTHER_APP_ID, { name: "Chat desk", secret: OLD_APP_SECRET });
  graph.accounts.clear();
  graph.accounts.set(WABA, { apps: [OTHER_APP_ID], numbers: [] });
  graph.tokens.clear();
  graph.tokens.set(TOKEN, {
    appId: APP_ID,
    scopes: ["whatsapp_business_management"],
    wabaIds: [WABA],
  });
  aws.secret = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets: [] });
  aws.stack = {
    name: "Hooks",
    status: "CREATE_COMPLETE",
    outputs: {
      WebhookUrl: webhook.url,
      SecretName: "secret",
      SecretArn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:secret-AbCdEf",
      AlertTopicArn: "arn:aws:sns:eu-central-1:123456789012:alerts",
      TableName: "table",
      FunctionName: "function",
    },
  };
});

function run(
  difference: Partial<ConnectOptions> = {},
  env: Record<string, string | undefined> = {},
  terminal = createTestTerminal(),
) {
  const options: ConnectOptions = {
    stack: "Hooks",
    appId: APP_ID,
    waba: [WABA],
    graphUrl: graph.url,
    graphVersion: "v25.0",
    yes: true,
    ...difference,
  };
  const all = { WHATSAPP_APP_SECRET: APP_SECRET, WHATSAPP_SYSTEM_USER_TOKEN: TOKEN, ...env };
  return connect({ options, env: all, terminal }).then((code) => ({ code, terminal }));
}

function changes() {
  return graph.requests.filter(({ method }) => method !== "GET");
}

function storedSecrets() {
  return JSON.parse(aws.secret).appSecrets;
}

describe("a new app", () => {
  test("is connected by the documented requests and no others", async () => {
    const { code } = await run();
    expect(code).toBe(0);
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
      callback_url: webhook.url,
      verify_token: VERIFY_TOKEN,
      fields: "security",
      include_values: "true",
    });
    expect(storedSecrets()).toEqual([APP_SECRET]);
    expect(graph.accounts.get(WABA)?.apps).toEqual([OTHER_APP_ID, APP_ID]);
  });

  test("is subscribed to every account that is named and lacks it, once", async () => {
    const [second, third] = ["102290129340399", "102290129340400"];
    graph.accounts.set(second, { apps: [APP_ID], numbers: [] });
    graph.accounts.set(third, { apps: [], numbers: [] });
    const scopes = ["whatsapp_business_management"];
    graph.tokens.set(TOKEN, { appId: APP_ID, scopes, wabaIds: [WABA, second, third] });
    await run({ waba: [WABA, second, third, third] });
    const subscribed = changes().filter(({ path }) => path.endsWith("/subscribed_apps"));
    expect(subscribed.map(({ path }) => path)).toEqual([
      `/${WABA}/subscribed_apps`,
      `/${third}/subscribed_apps`,
    ]);
  });

  test("has its secret saved before Meta signs with it", async () => {
    const saved: unknown[] = [];
    aws.before = (action) => saved.push([action, changes().length]);
    await run();
    aws.before = () => {};
    expect(saved).toContainEqual(["PutSecretValue", 0]);
    expect(changes()).toHaveLength(2);
  });

  test("is left alone by a second run", async () => {
    await run();
    graph.requests.length = 0;
    const { terminal } = await run();
    expect(changes()).toEqual([]);
    expect(aws.calls.at(-1)).not.toBe("PutSecretValue");
    expect(terminal.text()).toContain("Nothing to change");
  });

  test("is subscribed again when that is asked for, as after values were turned off", async () => {
    await run();
    graph.requests.length = 0;
    await run({ again: true });
    expect(changes()).toHaveLength(1);
  });

  test.each([
    ["is not active", { active: false }],
    ["sends no values", { include_values: false }],
  ])("is subscribed again when its subscription %s", async (_, difference) => {
    const subscription = { callback_url: webhook.url, fields: ["security"], active: true };
    const name = "Security hooks";
    graph.apps.set(APP_ID, {
      name,
      secret: APP_SECRET,
      subscription: { ...subscription, ...difference },
    });
    await run({ waba: [] });
    expect(changes().map(({ path }) => path)).toEqual([`/${APP_ID}/subscriptions`]);
  });

  test("keeps the fields, the other app secrets and whatever else the secret holds", async () => {
    const subscription = { callback_url: webhook.url, fields: ["messages"], active: true };
    graph.apps.set(APP_ID, { name: "Security hooks", secret: APP_SECRET, subscription });
    const before = { verifyToken: VERIFY_TOKEN, appSecrets: [OLD_APP_SECRET, `${APP_SECRET}\n`] };
    aws.secret = JSON.stringify({ ...before, note: "ours" });
    const { terminal } = await run();
    expect(changes()[0]?.params.fields).toBe("messages,security");
    expect(JSON.parse(aws.secret)).toEqual({
      verifyToken: VERIFY_TOKEN,
      appSecrets: [APP_SECRET, OLD_APP_SECRET],
      appId: APP_ID,
      note: "ours",
    });
    expect(terminal.text()).toContain("keep messages");
  });

  test("gives the watchdog a token only when asked to, in a secret of its own", async () => {
    const outputs = aws.stack?.outputs ?? {};
    outputs.TokenSecretArn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:token-AbCdEf";
    aws.token = "{}";
    await run();
    expect(aws.token).toBe("{}");
    const { terminal } = await run({ keepToken: true });
    expect(JSON.parse(aws.token)).toEqual({ token: TOKEN, wabaIds: [] });
    expect(JSON.parse(aws.secret).watchedAccounts).toEqual([WABA]);
    expect(terminal.text()).toContain("keep the system-user token where only the watchdog");
    expect(terminal.text()).not.toContain(TOKEN);
    expect(aws.secret).not.toContain(TOKEN);
    await run({ keepToken: true, waba: [] });
    expect(JSON.parse(aws.token), "for all accounts that it names").toEqual({
      token: TOKEN,
      wabaIds: [],
    });
  });

  describe("the accounts that the watchdog asks about", () => {
    const OTHER = "102290129340399";
    const MORE = { waba: [OTHER], keepToken: true };
    const watched = () => JSON.parse(aws.secret).watchedAccounts;

    beforeEach(() => {
      const outputs = aws.stack?.outputs ?? {};
      outputs.TokenSecretArn =
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:token-AbCdEf";
      graph.accounts.set(OTHER, { apps: [APP_ID], numbers: [] });
      const scopes = ["whatsapp_business_management"];
      graph.tokens.set(TOKEN, { appId: APP_ID, scopes, wabaIds: [WABA, OTHER] });
    });

    test("are added to, and before and after are shown", async () => {
      await run({ keepToken: true });
      const { terminal } = await run(MORE);
      expect(watched()).toEqual([WABA, OTHER]);
      expect(terminal.text().replace(/\s+/g, " ")).toContain(
        `the watchdog asks about ${WABA}, ${OTHER}; before: ${WABA} (to take one away: --unwatch ID)`,
      );
    });

    test("are all that the token was given until some are chosen, and stay so", async () => {
      await run({ waba: [], keepToken: true });
      expect(watched()).toEqual([]);
      await run(MORE);
      expect(watched()).toEqual([]);
    });

    test("lose the one that is taken away, and never the last one", async () => {
      await run({ waba: [], keepToken: true });
      await run({ waba: [], unwatch: [WABA] });
      expect(watched()).toEqual([OTHER]);
      await expect(run({ waba: [], unwatch: [WABA] })).rejects.toThrow(
        "does not ask about account",
      );
      await expect(run({ waba: [], unwatch: [OTHER] })).rejects.toThrow("No account would be left");
      expect(watched()).toEqual([OTHER]);
    });
  });

  test("says which permission a token lacks, and what then does not work", async () => {
    const { terminal } = await run();
    expect(terminal.text().replace(/\s+/g, " ")).toContain(
      "lacks the permission whatsapp_business_messaging: it can see the accounts, but npm run protect cannot set a PIN with it.",
    );
    const scopes = ["whatsapp_business_management", "whatsapp_business_messaging"];
    graph.tokens.set(TOKEN, { appId: APP_ID, scopes, wabaIds: [WABA] });
    expect((await run()).terminal.text()).toContain("may see the accounts and set PINs");
  });

  test("shows names from Meta without what would move the cursor", async () => {
    graph.apps.set(APP_ID, { name: "Hooks\u001b[2J\u202e", secret: APP_SECRET });
    expect((await run()).terminal.text()).toContain("Hooks\ufffd[2J\ufffd (1234567890123456)");
  });

  test("remembers the app of a system that was connected before this was kept", async () => {
    await run();
    const { appId, ...before } = JSON.parse(aws.secret);
    aws.secret = JSON.stringify(before);
    const { terminal } = await run();
    expect(terminal.text()).toContain(`save the app id ${APP_ID} beside the app secret`);
    expect(JSON.parse(aws.secret).appId).toBe(appId);
  });

  test("drops the other app secrets when they are to be replaced", async () => {
    aws.secret = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets: [OLD_APP_SECRET] });
    await run({ replace: true });
    expect(storedSecrets()).toEqual([APP_SECRET]);
  });

  test("is reminded of the second switch when no account is named", async () => {
    const { terminal } = await run({ waba: [] }, { WHATSAPP_SYSTEM_USER_TOKEN: undefined });
    expect(terminal.text()).toMatch(/Not looked at: whether your WhatsApp\s+Business accounts/);
  });

  test("answers machines with one document and nothing secret", async () => {
    const { terminal } = await run({ json: true });
    expect(JSON.parse(terminal.out.join("\n"))).toEqual({
      deployment: "stack Hooks in eu-central-1",
      app: { id: APP_ID, name: "Security hooks" },
      callbackUrl: webhook.url,
      accounts: [WABA],
      changes: [
        "save the app secret as the first",
        `subscribe the field security, values included, sent to ${webhook.url}`,
        `subscribe the app to account ${WABA}`,
      ],
    });
  });
});

describe("an operator at a terminal", () => {
  test("is asked for the secrets unseen, sees what would change, and may decline", async () => {
    const terminal = createTestTerminal(APP_ID, unseen(APP_SECRET), unseen(TOKEN), false);
    const nothing = { WHATSAPP_APP_SECRET: undefined, WHATSAPP_SYSTEM_USER_TOKEN: undefined };
    const declined = run({ yes: false, appId: undefined as never }, nothing, terminal);
    await expect(declined).rejects.toThrow("Nothing was changed.");
    expect(terminal.questions).toEqual([
      "Meta app id",
      "App secret (not shown)",
      "System-user token (not shown)",
      "Make these changes?",
    ]);
    expect(terminal.text()).toContain("Chat desk (2222222222222222)");
    expect(changes()).toEqual([]);
    expect(storedSecrets()).toEqual([]);
  });

  test("has every line within 80 columns, but for addresses", async () => {
    const { terminal } = await run();
    const long = terminal
      .text()
      .split("\n")
      .filter((line) => line.length > 80);
    expect(long.filter((line) => !line.includes("http"))).toEqual([]);
  });
});

describe("a run that must not go on", () => {
  const untouched = async (attempt: Promise<unknown>, message: string | RegExp) => {
    const before = aws.secret;
    await expect(attempt).rejects.toThrow(message);
    expect(changes()).toEqual([]);
    expect(aws.secret).toBe(before);
  };

  test("stops at a line break behind the app secret, in words of its own", () =>
    untouched(
      run({}, { WHATSAPP_APP_SECRET: `${APP_SECRET}\n` }),
      "The app secret in WHATSAPP_APP_SECRET ends in a line break",
    ));

  test.each([
    ["is empty", ""],
    ["has a space before or after it", ` ${APP_SECRET}`],
    ["has 31 characters: Meta's have 32", APP_SECRET.slice(1)],
    ["has upper-case letters", APP_SECRET.toUpperCase()],
    ["(0-9, a-f): it may be a token or another setting.", TOKEN],
  ])("stops at an app secret that %s", (message, text) =>
    untouched(run({}, { WHATSAPP_APP_SECRET: text }), message),
  );

  test("stops at a token that the stack has no place for", () => {
    delete aws.stack?.outputs.TokenSecretArn;
    return expect(run({ keepToken: true })).rejects.toThrow("no secret for a system-user token");
  });

  test("stops at a secret without a verify token, which Meta's handshake needs", () => {
    aws.secret = JSON.stringify({ verifyToken: "", appSecrets: [] });
    return untouched(run(), "has no verifyToken: add one");
  });

  test("stops at another app's secret", () =>
    untouched(
      run({}, { WHATSAPP_APP_SECRET: OLD_APP_SECRET }),
      /^This is not the app secret of app 1234567890123456: .*Invalid OAuth access token signature; code 190\)\.$/,
    ));

  test("stops at an app that Meta does not know", () =>
    untouched(run({ appId: "9999999" }), "Meta knows no app 9999999"));

  test("stops at a callback URL that serves something else, and explains the second app", async () => {
    const callback_url = "https://chat.example/hooks";
    const subscription = { callback_url, fields: ["messages"], active: true };
    graph.apps.set(APP_ID, { name: "Chat desk", secret: APP_SECRET, subscription });
    await untouched(run(), /already sends its WhatsApp webhooks to https:\/\/chat\.example\/hooks/);
    await untouched(run(), /Make a second Meta app for this system/);
    await run({ replaceCallback: true });
    expect(graph.apps.get(APP_ID)?.subscription?.callback_url).toBe(webhook.url);
  });

  test("stops at a token of another app, which that app would be subscribed by", () => {
    graph.tokens.set(TOKEN, { appId: OTHER_APP_ID, scopes: [], wabaIds: [] });
    return untouched(run(), "The system-user token was not made for app 1234567890123456");
  });

  test("stops at a token without the permission, or without the account", async () => {
    graph.tokens.set(TOKEN, { appId: APP_ID, scopes: ["email"], wabaIds: [WABA] });
    await untouched(run(), "lacks the permission whatsapp_business_management");
    const scopes = ["whatsapp_business_management"];
    graph.tokens.set(TOKEN, { appId: APP_ID, scopes, wabaIds: [] });
    await untouched(run(), `may not use account ${WABA}`);
  });

  test("stops at a token that is no longer valid", () => {
    graph.tokens.clear();
    return untouched(run(), "The system-user token is no longer valid");
  });

  test("stops where nobody can be asked", async () => {
    await untouched(run({ yes: false }), "there is no terminal to ask, so add --yes");
    await untouched(
      run({}, { WHATSAPP_APP_SECRET: undefined }),
      "give the app secret in the environment variable WHATSAPP_APP_SECRET",
    );
  });

  test("stops at an address that Meta can't reach", () =>
    untouched(
      run({ graphUrl: "https://graph.facebook.com", callbackUrl: "http://127.0.0.1:3000/webhook" }),
      "Meta can't reach http://127.0.0.1:3000/webhook: start a tunnel",
    ));

  test("stops at a stack that is not there, or lacks an output", async () => {
    await untouched(run({ stack: "Hoks" }), "There is no stack Hoks in eu-central-1");
    delete aws.stack?.outputs.TableName;
    await untouched(run(), "Stack Hooks (CREATE_COMPLETE) lacks the output TableName");
  });

  test("stops where the credentials may not look, and does not say that the stack is gone", async () => {
    aws.denied.add("DescribeStacks");
    const refused = run();
    await expect(refused).rejects.toThrow("is not authorized to perform");
    aws.denied.clear();
  });

  test("says when Meta's limit is reached, is out of order, or is not Meta", async () => {
    const error = { message: "(#4) Application request limit reached", code: 4 };
    graph.failure = { status: 400, body: JSON.stringify({ error }) };
    await untouched(run(), "Meta's rate limit is reached: try again in an hour");
    graph.failure = { status: 502, body: "<html>Bad gateway</html>" };
    await untouched(run(), "answered 502 with something that is not of its documented form");
    await untouched(run({ graphUrl: "http://127.0.0.1:65535" }), "does not answer (ECONNREFUSED)");
  });

  test("says that Meta's handshake failed, with Meta's words", async () => {
    const callbackUrl = webhook.url.replace("/webhook", "/nothing");
    await expect(run({ callbackUrl })).rejects.toThrow(
      /^Meta's handshake with .*HTTP Status Code = 404; code 2200\)\.$/,
    );
  });

  test("shows no token that Meta quotes", async () => {
    const error = { message: `Malformed access token ${APP_ID}|${APP_SECRET}`, code: 190 };
    graph.failure = { status: 400, body: JSON.stringify({ error }) };
    const failed = await run().catch((reason: Error) => reason.message);
    expect(failed).toContain("Malformed access token …");
    expect(failed).not.toContain(APP_SECRET);
  });
});
