import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type ConnectOptions, connect } from "../../../infra/commands/connect/connect.ts";
import { planWatched } from "../../../infra/commands/connect/plan-watched.ts";
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
const THIRD_SECRET = "1".repeat(32);
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

/** What a run would change, a line each, and has changed. */
async function changesOf(difference: Partial<ConnectOptions>): Promise<string[]> {
  return (await run({ ...difference, json: true })).json().changes;
}

const SAVE = "save the app secret as the first";
const SUBSCRIBE = `subscribe the field security, values included, sent to ${webhookUrl}`;
const AGAIN = `subscribe again, values included, sent to ${webhookUrl}`;
const KEEP_TOKEN = "keep the system-user token where only the watchdog reads it";

describe("a new app", () => {
  test("is connected by the documented requests and no others", async () => {
    const puts: number[] = [];
    aws.before = (action) => action === "PutSecretValue" && puts.push(changes().length);
    await run({ keepToken: true, graphVersion: "v99.0" });
    expect(graph.requests.filter(({ version }) => version !== "v99.0")).toEqual([]);
    expect(puts, "the secret before Meta signs with it, the token at last").toEqual([0, 2]);
    const posted = [`/${APP_ID}/subscriptions`, `/${WABA}/subscribed_apps`];
    expect(changes().map(({ path }) => path)).toEqual(posted);
    expect(changes()[0]?.params).toEqual({
      object: "whatsapp_business_account",
      callback_url: webhookUrl,
      verify_token: VERIFY_TOKEN,
      fields: "security",
      include_values: "true",
    });
    expect(saved()).toEqual({
      verifyToken: VERIFY_TOKEN,
      appSecrets: [APP_SECRET],
      appId: APP_ID,
      watchedAccounts: [WABA],
    });
    expect(graph.accounts.get(WABA)?.apps).toEqual([OTHER_APP_ID, APP_ID]);
  });

  test("is subscribed to every account that is named and lacks it, once", async () => {
    graph.accounts.set(OTHER, { apps: [APP_ID], numbers: [] });
    setToken([WABA, OTHER, THIRD]);
    const { json } = await run({ waba: [WABA, OTHER, THIRD, THIRD], json: true });
    const added = [WABA, THIRD].map((id) => `subscribe the app to account ${id}`);
    expect(json().changes).toEqual([SAVE, SUBSCRIBE, ...added]);
    expect(json().accounts).toEqual([WABA, OTHER, THIRD]);
    const apps = [WABA, OTHER, THIRD].map((id) => graph.accounts.get(id)?.apps);
    expect(apps).toEqual([[OTHER_APP_ID, APP_ID], [APP_ID], [APP_ID]]);
  });

  test("is left alone by a second run, which asks nothing", async () => {
    await run();
    graph.requests.length = 0;
    const before = aws.secret;
    expect((await run({ yes: false })).shown).toMatchSnapshot();
    expect([changes(), aws.secret]).toEqual([[], before]);
    aws.calls.length = 0;
    await run({ again: true });
    expect(aws.calls, "the same secret").not.toContain("PutSecretValue");
    setToken([OTHER]);
    await world.refuses(() => run({ waba: [OTHER], yes: false, json: true }), "add --yes");
  });

  test.each<[string, object, Partial<ConnectOptions>]>([
    ["is not active", { active: false }, {}],
    ["sends no values", { include_values: false }, {}],
    ["is replaced", { callback_url: "https://old.example/hooks" }, { replaceCallback: true }],
    ["is well, and --again is given", {}, { again: true }],
  ])("is subscribed again when its subscription %s", async (_, difference, options) => {
    setApp(difference);
    expect(await changesOf({ waba: [], ...options })).toEqual([SAVE, AGAIN]);
    expect(changes().map(({ path }) => path)).toEqual([`/${APP_ID}/subscriptions`]);
  });

  test("keeps the fields, the other app secrets and whatever else the secret holds", async () => {
    setApp({ fields: ["messages", "security"], active: false });
    const appSecrets = [OLD_APP_SECRET, THIRD_SECRET, `${APP_SECRET}\n`];
    const before = { verifyToken: VERIFY_TOKEN, appId: OTHER_APP_ID, note: "ours" };
    aws.secret = JSON.stringify({ ...before, appSecrets });
    expect(await changesOf({ waba: [] })).toEqual([
      "save the app secret as the first, keep 2 others, drop 1",
      AGAIN.replace(",", ", keep messages,"),
    ]);
    expect(changes()[0]?.params.fields).toBe("messages,security");
    const kept = [APP_SECRET, OLD_APP_SECRET, THIRD_SECRET];
    expect(saved()).toEqual({ ...before, appId: APP_ID, appSecrets: kept });
  });

  test("drops the other app secrets only when they are to be replaced", async () => {
    setSecrets(OLD_APP_SECRET);
    setApp({ fields: ["messages"] });
    // Nor needs a place for a token.
    delete aws.stack?.outputs.TokenSecretArn;
    expect(await changesOf({ waba: [] })).toEqual([
      "save the app secret as the first, keep 1 other",
      SUBSCRIBE.replace(",", ", keep messages,"),
    ]);
    expect(await changesOf({ waba: [], replace: true })).toEqual([`${SAVE}, drop 1`]);
    expect(saved().appSecrets).toEqual([APP_SECRET]);
  });

  test("loses nothing that another operator saved meanwhile", async () => {
    const save = (isNow: boolean) => (isNow ? void setSecrets(OLD_APP_SECRET) : undefined);
    const refused = async () => {
      await expect(run()).rejects.toThrow("was changed by somebody else");
      expect([saved().appSecrets, changes()]).toEqual([[OLD_APP_SECRET], []]);
    };
    graph.fault = ({ path }) => save(path.endsWith("/subscribed_apps"));
    await refused();
    world.reset();
    aws.before = (action) => save(action === "PutSecretValue");
    await refused();
  });

  test("gives the watchdog a token only when asked to, in a secret of its own", async () => {
    await run();
    expect([aws.token, saved().watchedAccounts]).toEqual(["{}", undefined]);
    expect(await changesOf({ keepToken: true })).toEqual([
      KEEP_TOKEN,
      `the watchdog asks about ${WABA}; before: none (to take one away: --unwatch ID)`,
    ]);
    expect(aws.secret).not.toContain(TOKEN);
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
    type Ids = string[] | undefined;

    /** Before, those of the token, of --waba (with --keep-token) and of --unwatch, and after. */
    test.each<[string, Ids, string[], Ids, string[], Ids]>([
      ["stays unknown", undefined, ["1"], undefined, [], undefined],
      ["stays", ["1"], ["1", "2"], undefined, [], ["1"]],
      ["is each that was named", undefined, ["1", "2", "3"], ["2", "1"], [], ["2", "1"]],
      ["is added to, each once", ["1"], ["1", "2"], ["2", "1"], [], ["1", "2"]],
      ["is as before without any", ["1"], ["1", "2"], [], [], ["1"]],
      ["is all of the token", undefined, ["1", "2"], [], [], []],
      ["stays all with one of them", [], ["1", "2"], ["2"], [], []],
      ["is all and one beside them", [], ["1"], ["2"], [], ["1", "2"]],
      ["loses one", ["1", "2", "3"], [], undefined, ["2"], ["1", "3"]],
      ["loses one of all", [], ["1", "2"], undefined, ["1"], ["2"]],
      ["loses one though none was kept", undefined, ["1", "2"], undefined, ["1"], ["2"]],
      ["gains one and loses one", ["1"], ["1"], ["2"], ["1"], ["2"]],
    ])("%s", (_, watchedAccounts, wabaIds, waba, unwatch, after) => {
      const stored = { verifyToken: "", appSecrets: [], watchedAccounts };
      const accounts = (waba ?? ["9"]).map((id) => ({ id, apps: [] }));
      const current = { stored, accounts, token: { wabaIds, canSetPins: true } };
      const desired = { keepToken: waba !== undefined, unwatch };
      expect(planWatched(current as never, desired as never)).toEqual(after);
    });

    test("is shown before and after", async () => {
      setToken([WABA, OTHER]);
      setApp({});
      const hint = "(to take one away: --unwatch ID)";
      const all = "all accounts that the token was given";
      expect((await changesOf({ waba: [], keepToken: true })).slice(1)).toEqual([
        KEEP_TOKEN,
        `the watchdog asks about ${all}; before: none ${hint}`,
      ]);
      expect(await changesOf({ waba: [], unwatch: [WABA] })).toEqual([
        `the watchdog asks about ${OTHER}; before: ${all} ${hint}`,
      ]);
      expect((await changesOf({ keepToken: true })).at(-1)).toBe(
        `the watchdog asks about ${OTHER}, ${WABA}; before: ${OTHER} ${hint}`,
      );
      expect((await changesOf({ waba: [], keepToken: true })).at(-1)).toBe(
        `the watchdog asks about ${OTHER}, ${WABA}, as before ${hint}`,
      );
      expect(saved().watchedAccounts).toEqual([OTHER, WABA]);
      const none = () => run({ waba: [], unwatch: [WABA, OTHER] });
      await world.refuses(none, "No account would be left");
    });
  });

  test("remembers the app of a system that was connected before this was kept", async () => {
    await run();
    const { appId, ...before } = saved();
    aws.secret = JSON.stringify(before);
    expect(await changesOf({})).toEqual([`save the app id ${APP_ID} beside the app secret`]);
    expect(saved()).toEqual({ ...before, appId });
  });

  test("answers machines with one document and nothing secret", async () => {
    const callbackUrl = `${webhookUrl}?by=tunnel`;
    const { json, err } = await run({ json: true, callbackUrl });
    expect(json()).toEqual({
      deployment: "stack Hooks in us-east-1",
      app: { id: APP_ID, name: "Security hooks" },
      callbackUrl,
      accounts: [WABA],
      changes: [SAVE, `${SUBSCRIBE}?by=tunnel`, `subscribe the app to account ${WABA}`],
    });
    expect(err[0], "what a person reads").toBe(`App        Security hooks (${APP_ID})`);
  });
});

describe("an operator at a terminal", () => {
  test("is asked for the secrets unseen, sees what would change, and may decline", async () => {
    const answers = [APP_ID, unseen(APP_SECRET), unseen(` ${TOKEN} `)];
    const ask = (isAgreed: boolean) =>
      run({ yes: false, appId: undefined as never }, {}, ...answers, isAgreed);
    await world.refuses(() => ask(false), "Nothing was changed.");
    const mistyped = () => run({ appId: undefined as never }, {}, `${APP_ID}x`);
    await world.refuses(mistyped, "The app id must be 5 to 20 digits");
    const { out, shown } = await ask(true);
    expect(shown).toMatchSnapshot();
    expect(out.filter((line) => line.length > 80 && !line.includes("http"))).toEqual([]);
  });

  test("sees names from Meta without what would move the cursor, and what is not well", async () => {
    const hostile = "\u001b[2J\u202e\u2028";
    const callback_url = `https://a.example/${hostile}`;
    setApp({ active: false, fields: [`a${hostile}`, "b"], callback_url }, `H${hostile}`);
    graph.apps.set(OTHER_APP_ID, { name: `C${hostile}`, secret: OLD_APP_SECRET });
    setToken([OTHER, WABA], [...SCOPES, "whatsapp_business_messaging"]);
    graph.accounts.set(WABA, { apps: [OTHER_APP_ID, APP_ID], numbers: [] });
    expect((await run({ waba: [OTHER, WABA], replaceCallback: true })).shown).toMatchSnapshot();
    setApp({ fields: [] });
    expect((await run({ waba: [] })).shown).toMatchSnapshot();
  });
});

describe("a run that must not go on", () => {
  const BY_APP = { WHATSAPP_APP_SECRET: APP_SECRET };

  test.each<[string, Record<string, string>, ...Parameters<typeof runWith>[1][]]>([
    ["an app secret with a line break", { WHATSAPP_APP_SECRET: `${APP_SECRET}\n` }],
    ["an empty app secret", { WHATSAPP_APP_SECRET: "" }],
    ["another app's secret", { WHATSAPP_APP_SECRET: OLD_APP_SECRET }],
    ["no app secret, and nobody to ask", {}],
    ["a word for an app secret", {}, unseen("secret")],
    ["no token, and nobody to ask", BY_APP],
    ["an empty token", BY_APP, unseen(" ")],
  ])("stops at %s", (_, env, ...typed) => world.refuses(() => run({}, env, ...typed)));

  const META = { graphUrl: "https://graph.facebook.com" };
  const failing = (status: number, body: string) =>
    Object.assign(graph, { fault: () => ({ status, body }) });
  const refusing = (code: number, message: string) =>
    failing(400, JSON.stringify({ error: { message, code } }));
  const without = (output: string) => delete aws.stack?.outputs[output];
  const CHAT = { callback_url: "https://chat.example/\u202ehooks", active: false };

  test.each<[string, Partial<ConnectOptions>, (() => unknown)?]>([
    ["no app id, and nobody to ask", { appId: undefined as never }],
    ["an app that Meta does not know", { appId: "9999999" }],
    ["no consent, and nobody to ask", { yes: false, json: true }],
    ["a callback URL that is no address", { callbackUrl: "hello" }],
    ["an address that Meta can't reach", META],
    ["a Meta that does not answer", { graphUrl: "http://127.0.0.1:65535" }],
    ["a stack without a place for the token", { waba: [] }, () => without("TokenSecretArn")],
    ["a stack without a table", {}, () => without("TableName")],
    ["a secret without verify token", {}, () => (aws.secret = '{"appSecrets":[]}')],
    ["a secret of another form", {}, () => (aws.secret = "{")],
    ["a missing permission", {}, () => aws.denied.add("DescribeStacks")],
    ["a token of another app", {}, () => setToken([], [], OTHER_APP_ID)],
    ["a token without permission", {}, () => setToken([WABA], ["email"])],
    ["a token for other accounts", {}, () => setToken([])],
    ["a dead token", {}, () => graph.tokens.clear()],
    ["Meta's rate limit", {}, () => refusing(4, "(#4) Limit")],
    ["an answer of another form", {}, () => failing(502, "<html>")],
    ["accounts that are not watched", { unwatch: [WABA, OTHER, THIRD] }],
    ["no account to watch", { unwatch: [WABA] }],
    ["an app that serves another system", {}, () => setApp(CHAT)],
    ["an app that serves another path", {}, () => setApp({ callback_url: `${webhookUrl}s` })],
    // No token that Meta quotes is shown.
    ["a quoted token", {}, () => refusing(190, `Malformed access token ${APP_ID}|${APP_SECRET}`)],
  ])("stops at %s", async (_, options, arrange = () => {}) => {
    arrange();
    await world.refuses(() => run({ keepToken: true, ...options }));
  });

  test("says that Meta's handshake failed, with Meta's words", async () => {
    const callbackUrl = webhookUrl.replace("/webhook", "/nothing");
    await expect(run({ callbackUrl })).rejects.toThrow(
      `Meta's handshake with ${callbackUrl} failed`,
    );
    expect(saved().appSecrets, "saved first").toEqual([APP_SECRET]);
  });

  test("goes on where Meta reaches a tunnel of the local run", async () => {
    const tunnel = { ...META, callbackUrl: "https://tunnel.example/webhook" };
    await world.refuses(() => run(tunnel, { WHATSAPP_APP_SECRET: "" }), "WHATSAPP_APP_SECRET is");
  });
});
