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
import { createTestTerminal, unseen } from "../../support/terminal.ts";

const SCOPES = ["whatsapp_business_management"];
const world = await startOperatorWorld();
const { aws, graph, webhookUrl } = world;
afterAll(() => world.stop());

/** Nothing is connected yet: the account has another app. */
beforeEach(() => {
  world.reset();
  setApp();
  graph.apps.set(OTHER_APP_ID, { name: "Chat desk", secret: OLD_APP_SECRET });
  graph.accounts.set(WABA, { apps: [OTHER_APP_ID], numbers: [] });
  setToken([WABA]);
  aws.secret = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets: [] });
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

function run(
  difference: Partial<ConnectOptions> = {},
  env: Record<string, string | undefined> = {},
  terminal = createTestTerminal(),
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
      callback_url: webhookUrl,
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
    setToken([WABA, second, third]);
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
    expect(terminal.text()).not.toContain("Done.");
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
    ["leads elsewhere, as is replaced", { callback_url: "https://old.example/hooks" }],
  ])("is subscribed again when its subscription %s", async (_, difference) => {
    setApp(difference);
    await run({ waba: [], replaceCallback: true });
    expect(changes().map(({ path }) => path)).toEqual([`/${APP_ID}/subscriptions`]);
  });

  test("keeps the fields, the other app secrets and whatever else the secret holds", async () => {
    setApp({ fields: ["messages"] });
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
      graph.accounts.set(OTHER, { apps: [APP_ID], numbers: [] });
      setToken([WABA, OTHER]);
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
    setToken([WABA], [...SCOPES, "whatsapp_business_messaging"]);
    expect((await run()).terminal.text()).toContain("may see the accounts and set PINs");
  });

  test("shows names from Meta without what would move the cursor", async () => {
    setApp(undefined, "Hooks\u001b[2J\u202e");
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

  test.each([
    ["The app secret in WHATSAPP_APP_SECRET ends in a line break", `${APP_SECRET}\n`],
    ["is empty", ""],
    ["has a space before or after it", ` ${APP_SECRET}`],
    ["has 31 characters: Meta's have 32", APP_SECRET.slice(1)],
    ["has upper-case letters", APP_SECRET.toUpperCase()],
    ["(0-9, a-f): it may be a token or another setting.", TOKEN],
    [
      /^This is not the app secret of app 1234567890123456: .*Invalid OAuth access token signature; code 190\)\.$/,
      OLD_APP_SECRET,
    ],
    ["give the app secret in the environment variable WHATSAPP_APP_SECRET", undefined],
  ])("stops at an app secret: %s", (message, text) =>
    untouched(run({}, { WHATSAPP_APP_SECRET: text }), message),
  );

  const REAL = "https://graph.facebook.com";

  test.each<[string, Partial<ConnectOptions>]>([
    ["Meta knows no app 9999999", { appId: "9999999" }],
    ["there is no terminal to ask, so add --yes", { yes: false }],
    [
      "Meta can't reach http://127.0.0.1:3000/webhook: start a tunnel",
      { graphUrl: REAL, callbackUrl: "http://127.0.0.1:3000/webhook" },
    ],
    ["There is no stack Hoks in us-east-1", { stack: "Hoks" }],
    ["does not answer (ECONNREFUSED)", { graphUrl: "http://127.0.0.1:65535" }],
  ])("stops: %s", (message, difference) => untouched(run(difference), message));

  const GRAPH_ERROR = (message: string, code: number) =>
    JSON.stringify({ error: { message, code } });

  test.each<[string, () => unknown]>([
    [
      "has no verifyToken: add one",
      () => Object.assign(aws, { secret: '{"verifyToken":"","appSecrets":[]}' }),
    ],
    [
      "Stack Hooks (CREATE_COMPLETE) lacks the output TableName",
      () => delete aws.stack?.outputs.TableName,
    ],
    ["is not authorized to perform", () => aws.denied.add("DescribeStacks")],
    ["was not made for app 1234567890123456", () => setToken([], [], OTHER_APP_ID)],
    ["lacks the permission whatsapp_business_management", () => setToken([WABA], ["email"])],
    [`may not use account ${WABA}`, () => setToken([])],
    ["The system-user token is no longer valid", () => graph.tokens.clear()],
    [
      "Meta's rate limit is reached: try again in an hour",
      () => Object.assign(graph, { failure: { status: 400, body: GRAPH_ERROR("(#4) Limit", 4) } }),
    ],
    [
      "answered 502 with something that is not of its documented form",
      () => Object.assign(graph, { failure: { status: 502, body: "<html>Bad gateway</html>" } }),
    ],
  ])("stops: %s", (message, arrange) => {
    arrange();
    return untouched(run(), message);
  });

  test("stops at a token that the stack has no place for", async () => {
    delete aws.stack?.outputs.TokenSecretArn;
    await untouched(run({ keepToken: true }), "no secret for a system-user token");
  });

  test("stops at a callback URL that serves something else, and explains the second app", async () => {
    setApp({ callback_url: "https://chat.example/hooks", fields: ["messages"] }, "Chat desk");
    await untouched(run(), /already sends its WhatsApp webhooks to https:\/\/chat\.example\/hooks/);
    await untouched(run(), /Make a second Meta app for this system/);
    await run({ replaceCallback: true });
    expect(graph.apps.get(APP_ID)?.subscription?.callback_url).toBe(webhookUrl);
  });

  test("says that Meta's handshake failed, with Meta's words", async () => {
    const callbackUrl = webhookUrl.replace("/webhook", "/nothing");
    await expect(run({ callbackUrl })).rejects.toThrow(
      /^Meta's handshake with .*HTTP Status Code = 404; code 2200\)\.$/,
    );
  });

  test("shows no token that Meta quotes", async () => {
    const body = GRAPH_ERROR(`Malformed access token ${APP_ID}|${APP_SECRET}`, 190);
    graph.failure = { status: 400, body };
    const failed = await run().catch((reason: Error) => reason.message);
    expect(failed).toContain("Malformed access token …");
    expect(failed).not.toContain(APP_SECRET);
  });
});
