import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type StatusOptions, status } from "../../../infra/commands/status/status.ts";
import type { CheckResult } from "../../../lambda/checks/check.ts";
import { readMemory } from "../../../lambda/facts/memory.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { APP_SECRET, OLD_APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import { emptyTable, FAILURES, storeEvent } from "../../support/failures.ts";
import {
  APP_ID,
  type OperatorWorld,
  STACK,
  startOperatorWorld,
  TOKEN,
  WABA,
} from "../../support/operator-world.ts";
import { expectParses, findCommands } from "../../support/printed-commands.ts";
import { createTestTerminal } from "../../support/terminal.ts";

let world: OperatorWorld;

beforeAll(async () => {
  world = await startOperatorWorld();
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

function run(difference: Partial<StatusOptions> = {}, now = Date.now()) {
  const terminal = createTestTerminal();
  const options: StatusOptions = {
    stack: STACK,
    appId: APP_ID,
    waba: [],
    graphUrl: world.graph.url,
    graphVersion: "v25.0",
    ...difference,
  };
  const env = { WHATSAPP_SYSTEM_USER_TOKEN: TOKEN };
  return status({ options, env, terminal, now }).then((code) => ({ code, terminal }));
}

/** The one check of this id, and the exit code. */
async function look(id: string, difference: Partial<StatusOptions> = {}, now = Date.now()) {
  const { code, terminal } = await run({ ...difference, json: true }, now);
  const { checks } = JSON.parse(terminal.out.join("")) as { checks: CheckResult[] };
  const found = checks.find((each) => each.id === id);
  if (!found) throw new Error(`There is no check ${id}`);
  return { ...found, code };
}

async function expectFailed(id: string, message: RegExp, fix: RegExp) {
  const found = await look(id);
  expect(found).toMatchObject({ state: "failed", code: 1 });
  expect(found.message).toMatch(message);
  expect(found.fix).toMatch(fix);
  for (const line of findCommands(`${found.message}\n${found.fix}`)) await expectParses(line);
}

const CONNECT = /^npm run connect -- --stack Hooks/;

describe("a system that is well", () => {
  test("has no failed check, and exit code 0", async () => {
    const { code, terminal } = await run();
    expect(terminal.text()).toMatch(/\n\d+ ok, 0 failed, \d unknown\.$/);
    expect(code).toBe(0);
  });

  test("is shown within 80 columns, but for addresses", async () => {
    const { terminal } = await run();
    const long = terminal.out.filter((line) => line.length > 80);
    expect(long.filter((line) => !line.includes("http"))).toEqual([]);
  });

  test("shows neither secret, token nor verify token", async () => {
    const { terminal } = await run({ json: true });
    for (const secret of [APP_SECRET, TOKEN, VERIFY_TOKEN]) {
      expect(terminal.text()).not.toContain(secret);
    }
  });

  test("lists the other apps of an account, which the token itself names", async () => {
    const found = await look(`account-${WABA}`);
    expect(found).toMatchObject({ state: "ok" });
    expect(found.message).toContain("and so are: Somebody's app (2222222222222222)");
  });

  test("is found as the local run too, where what only AWS knows is unknown", async () => {
    const difference = { stack: undefined as never, data: world.data };
    expect(await look("deployment", difference)).toMatchObject({ state: "ok", code: 0 });
    expect(await look("alarms", difference)).toMatchObject({ state: "unknown" });
    expect(await look("sms-sandbox", difference)).toMatchObject({ state: "unknown" });
    const subscribers = await look("subscribers", difference);
    expect(subscribers.message).toMatch(/^\d subscribers?, all confirmed \(\d by sqs\)\.$/);
  });
});

describe("what is printed", () => {
  test("of a local run folds what only AWS has into one line", async () => {
    const { terminal } = await run({ stack: undefined as never, data: world.data });
    const text = terminal.out.join(" ").replace(/\s+/g, " ");
    expect(text).toMatch(
      / unknown Only on AWS: Operations subscribers, Ways to people, SMS sandbox, .*Encryption key\. /,
    );
    expect(terminal.out.filter((line) => line.startsWith("unknown")).length).toBeLessThan(6);
  });

  test("ends with the whole addresses of those who get messages", async () => {
    const { terminal } = await run();
    const at = terminal.out.indexOf("Subscribers");
    expect(terminal.out.slice(at, at + 4)).toEqual([
      "Subscribers",
      "  alert       email   guard@example.com",
      "  alert       sms     +4915112345678",
      "  operations  email   operations@example.com",
    ]);
    world.aws.denied.add("ListSubscriptionsByTopic");
    expect((await run()).terminal.out).not.toContain("Subscribers");
  });
});

describe("an app that is new to the watchdog", () => {
  test("is known from then on, and a wrong id is refused", async () => {
    const { terminal } = await run({ knownApp: "6666666666666666" });
    expect(terminal.err.join(" ")).toContain("App 6666666666666666 is known from now on");
    const dynamodb = createDynamoDB({ endpoint: world.dynamodbEndpoint });
    const memory = await readMemory({ dynamodb, tableName: world.tableName });
    expect([...(memory?.knownApps.keys() ?? [])]).toEqual(["6666666666666666"]);
  });
});

describe("a stack", () => {
  test("that is not there is the one red check", async () => {
    const { code, terminal } = await run({ stack: "Hoks" });
    expect(code).toBe(1);
    expect(terminal.out[0]).toBe(
      "failed   Deployment: There is no stack Hoks in us-east-1 in this AWS account:",
    );
    expect(terminal.out.at(-1)).toBe("0 ok, 1 failed, 0 unknown.");
  });

  test("that lacks an output is red", async () => {
    delete world.aws.stack?.outputs.AlertTopicArn;
    const { terminal } = await run();
    expect(terminal.text()).toContain("lacks the output");
  });
});

describe("the secret", () => {
  test("has failed when no app secret is set", async () => {
    world.secretText = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets: [] });
    await expectFailed("secret", /^None is set: every delivery is refused\.$/, CONNECT);
  });

  test("has failed when a line break stands behind it", async () => {
    const appSecrets = [APP_SECRET, `${OLD_APP_SECRET}\n`];
    world.secretText = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets });
    await expectFailed("secret", /^Number 2 of 2 ends in a line break/, CONNECT);
  });

  test("has failed when it is not JSON, and is not quoted", async () => {
    world.secretText = APP_SECRET;
    const found = await look("secret");
    expect(found.state).toBe("failed");
    expect(found.message).not.toContain(APP_SECRET);
  });

  test("has failed when it is another app's, as after Meta reset it", async () => {
    const appSecrets = [OLD_APP_SECRET];
    world.secretText = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets });
    await expectFailed("meta-app", /^No saved app secret is that of app 1234567890123456/, CONNECT);
  });
});

describe("the address", () => {
  test("has failed when nothing answers there", async () => {
    if (world.aws.stack) world.aws.stack.outputs.WebhookUrl = "http://127.0.0.1:65535/webhook";
    await expectFailed("handshake", /does not answer \(ECONNREFUSED\)/, /npm run deploy/);
  });

  test("has failed when the function knows another verify token", async () => {
    world.secretText = JSON.stringify({ verifyToken: "another", appSecrets: [APP_SECRET] });
    await expectFailed("handshake", /answers 403 to the right verify token/, /wait five minutes/);
  });

  test("has failed when it answers anything but 401 to a forged delivery", async () => {
    if (world.aws.stack) world.aws.stack.outputs.WebhookUrl += "/elsewhere";
    await expectFailed("forged", /is answered 404, not 401/, /WebhookUrl/);
  });
});

describe("the alert topic", () => {
  test("has failed when an e-mail address was never confirmed", async () => {
    world.aws.subscribers.push({ protocol: "email", endpoint: "new@example.com", pending: true });
    await expectFailed(
      "subscribers",
      /gets nothing: n…@example\.com/,
      /^npm run confirm -- --stack Hooks /,
    );
  });

  test("has failed when nobody is subscribed", async () => {
    world.aws.subscribers = [];
    await expectFailed(
      "subscribers",
      /^Nobody is subscribed/,
      /^npm run subscribe -- --stack Hooks --all$/,
    );
  });

  test("has failed when SMS is in the sandbox and a number was not verified there", async () => {
    world.aws.sms.inSandbox = true;
    await expectFailed(
      "sms-sandbox",
      /in the SMS sandbox: \+49…5678 gets no SMS/,
      /Exit SMS sandbox/,
    );
    world.aws.sms.verified = ["+4915112345678"];
    expect(await look("sms-sandbox")).toMatchObject({ state: "ok", code: 0 });
  });

  test("has failed when SNS may spend nothing on SMS", async () => {
    world.aws.sms.limit = "0";
    await expectFailed("sms-limit", /may spend nothing/, /set-sms-attributes/);
  });

  test("is unknown, and not red, without the permission to look", async () => {
    world.aws.denied.add("ListSubscriptionsByTopic");
    const found = await look("subscribers");
    expect(found).toMatchObject({ state: "unknown", code: 0 });
    expect(found.fix).toBe("allow service:ListSubscriptionsByTopic");
  });
});

describe("the table", () => {
  test("has failed when an alert has been pending for more than five minutes", async () => {
    const now = Date.now();
    const table = createEventTable({
      client: createDynamoDB({ endpoint: world.dynamodbEndpoint }),
      tableName: world.tableName,
    });
    const event = {
      wabaId: WABA,
      eventKey: "1#a",
      event: "PIN_RESET_REQUEST",
      displayPhoneNumber: "15550783881",
      time: Math.floor(now / 1000),
      receivedAt: new Date(now).toISOString(),
      test: false,
      appSecretIndex: 0,
    };
    expect((await look("last-event")).state).toBe("unknown");
    await table.recordPending(event, { token: "somebody", expiresAt: now + 3_600_000 });
    expect((await look("pending")).state).toBe("ok");
    const late = await look("pending", {}, now + 12 * 60_000);
    expect(late).toMatchObject({ state: "failed", code: 1 });
    expect(late.message).toBe("1 alert waiting, the oldest for 12 minutes.");
    const last = await look("last-event", {}, now + 12 * 60_000);
    expect(last.message).toBe(
      `PIN_RESET_REQUEST of number ..3881, account ${WABA}, received 12 minutes ago.`,
    );
  });
});

describe("each failure that the watchdog is for", () => {
  beforeEach(() => emptyTable(world));

  test.each(FAILURES)("fails the check, and status: $name", async (failure) => {
    await failure.breakIt(world, Date.now());
    await expectFailed(failure.id, failure.message, failure.fix);
  });

  test("is not made of a pager that the settings do not name", async () => {
    world.aws.subscribers.push({ protocol: "https", endpoint: "https://pager.example/x" });
    const found = await look("subscribers");
    expect(found).toMatchObject({ state: "ok", code: 0 });
    expect(found.message).toMatch(/^3 subscribers, all confirmed .*1 by https\)\.$/);
  });

  test("is reported also where the settings may not be read", async () => {
    world.aws.denied.add("GetTemplate");
    world.aws.subscribers = [];
    expect((await look("subscribers")).message).toMatch(/^Nobody is subscribed/);
  });

  test("is over once a person has answered that the PIN is set again", async () => {
    const answer = {
      name: "Ann",
      answer: "pin-set",
      at: new Date().toISOString(),
      from: "terminal",
    };
    const M = Object.fromEntries(Object.entries(answer).map(([name, S]) => [name, { S }]));
    const event = { event: "PIN_REQUEST_SUCCESS" };
    await storeEvent(world, Date.now(), event, {
      alert: { S: "acknowledged" },
      answers: { L: [{ M }] },
    });
    expect(await look("numbers")).toMatchObject({ state: "ok", code: 0 });
  });
});

describe("CloudWatch", () => {
  test("makes an alarm that is on red", async () => {
    world.aws.alarms.push({
      name: "Hooks - Table failing",
      state: "ALARM",
      reason: "",
      since: 3 * 1_440,
    });
    await expectFailed("alarms", /^On: Table failing \(for 3 days\)\.$/, /RUNBOOK/);
  });

  test("makes a relay that has stopped red", async () => {
    world.aws.metrics.RelayRun = [[9, 1]];
    await expectFailed("relay", /ran last 9 minutes ago/, /Relay not running/);
    world.aws.metrics.RelayRun = [];
    await expectFailed("relay", /was seen in the last hour/, /Relay not running/);
  });
});

describe("Meta", () => {
  const app = () => {
    const found = world.graph.apps.get(APP_ID);
    if (!found?.subscription) throw new Error("The world has no app");
    return { ...found, subscription: found.subscription };
  };

  test("has failed when the app's callback URL is another's", async () => {
    app().subscription.callback_url = "https://chat.example/hooks";
    await expectFailed(
      "meta-callback",
      /^Meta calls https:\/\/chat\.example\/hooks, not /,
      CONNECT,
    );
  });

  test("has failed when the field is missing, inactive, or without values", async () => {
    app().subscription.fields = ["messages"];
    await expectFailed("meta-field", /subscribed to messages\.$/, CONNECT);
    app().subscription.fields = ["messages", "security"];
    app().subscription.active = false;
    await expectFailed("meta-field", /not active/, /--again/);
    app().subscription.include_values = false;
    await expectFailed("meta-values", /without values/, /--again/);
  });

  test("has failed when deliveries came without values", async () => {
    world.aws.metrics.ValuesMissing = [[30, 2]];
    await expectFailed("meta-values", /^This week 2 entries came without values\.$/, /--again/);
  });

  test("has failed when the account is not subscribed to the app: no event comes", async () => {
    world.graph.accounts.set(WABA, { apps: [], numbers: [] });
    await expectFailed(
      `account-${WABA}`,
      /^The app is not subscribed to it, so that no event comes\.$/,
      /--app-id 1234567890123456 --waba 102290129340398$/,
    );
  });

  test("has failed when two-step verification of a number is off", async () => {
    const numbers = world.graph.accounts.get(WABA)?.numbers ?? [];
    if (numbers[1]) numbers[1].is_pin_enabled = false;
    await expectFailed(`numbers-${WABA}`, /is off for \+1 555-078-3882\.$/, /set a PIN/);
  });

  test("follows the pages of an account's subscribed apps", async () => {
    const apps = Array.from({ length: 30 }, (_, index) => String(3_000_000 + index));
    world.graph.accounts.set(WABA, { apps: [...apps, APP_ID], numbers: [] });
    expect(await look(`account-${WABA}`)).toMatchObject({ state: "ok" });
  });

  test("is asked about the app that connect saved, without --app-id", async () => {
    const stored = { verifyToken: VERIFY_TOKEN, appSecrets: [APP_SECRET], appId: APP_ID };
    world.secretText = JSON.stringify(stored);
    expect(await look("meta-app", { appId: undefined as never })).toMatchObject({ state: "ok" });
  });

  test("is unknown when it does not answer, and when no app or token is named", async () => {
    const graphUrl = "http://127.0.0.1:65535";
    expect(await look("meta-app", { graphUrl })).toMatchObject({ state: "unknown", code: 0 });
    expect(await look("meta-app", { appId: undefined as never })).toMatchObject({
      state: "unknown",
      fix: "npm run connect -- --stack Hooks --app-id ID",
    });
  });
});
