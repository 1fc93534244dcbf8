import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Check } from "../../../infra/commands/status/check.ts";
import { type StatusOptions, status } from "../../../infra/commands/status/status.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { APP_SECRET, OLD_APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import {
  APP_ID,
  type OperatorWorld,
  STACK,
  startOperatorWorld,
  TOKEN,
  WABA,
} from "../../support/operator-world.ts";
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
  const { checks } = JSON.parse(terminal.out.join("")) as { checks: Check[] };
  const found = checks.find((each) => each.id === id);
  if (!found) throw new Error(`There is no check ${id}`);
  return { ...found, code };
}

async function expectRed(id: string, sentence: RegExp, mend: RegExp) {
  const found = await look(id);
  expect(found).toMatchObject({ state: "red", code: 1 });
  expect(found.sentence).toMatch(sentence);
  expect(found.mend).toMatch(mend);
}

const CONNECT = /^npm run connect -- --stack Hooks/;

describe("a system that is well", () => {
  test("has no red check, and exit code 0", async () => {
    const { code, terminal } = await run();
    expect(terminal.text()).toMatch(/\n\d+ green, 0 red, \d unknown\.$/);
    expect(code).toBe(0);
  });

  test("is told within 80 columns, but for addresses", async () => {
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
    expect(found).toMatchObject({ state: "green" });
    expect(found.sentence).toContain("and so are: Somebody's app (2222222222222222)");
  });

  test("is found as the local run too, where what only AWS knows is unknown", async () => {
    const difference = { stack: undefined as never, data: world.data };
    expect(await look("deployment", difference)).toMatchObject({ state: "green", code: 0 });
    expect(await look("alarms", difference)).toMatchObject({ state: "unknown" });
    expect(await look("sms-sandbox", difference)).toMatchObject({ state: "unknown" });
    const subscribers = await look("subscribers", difference);
    expect(subscribers.sentence).toMatch(/^All are confirmed: \d by sqs\.$/);
  });
});

describe("a stack", () => {
  test("that is not there is the one red check", async () => {
    const { code, terminal } = await run({ stack: "Hoks" });
    expect(code).toBe(1);
    expect(terminal.out[0]).toBe(
      "red      Deployment: There is no stack Hoks in us-east-1 in this AWS account:",
    );
    expect(terminal.out.at(-1)).toBe("0 green, 1 red, 0 unknown.");
  });

  test("that lacks an output is red", async () => {
    delete world.aws.stack?.outputs.AlertTopicArn;
    const { terminal } = await run();
    expect(terminal.text()).toContain("lacks the output");
  });
});

describe("the secret", () => {
  test("is red when no app secret is set", async () => {
    world.secretText = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets: [] });
    await expectRed("secret", /^None is set: every delivery is refused\.$/, CONNECT);
  });

  test("is red when a line break stands behind it", async () => {
    const appSecrets = [APP_SECRET, `${OLD_APP_SECRET}\n`];
    world.secretText = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets });
    await expectRed("secret", /^Number 2 of 2 ends in a line break/, CONNECT);
  });

  test("is unknown when it is not JSON, and is not quoted", async () => {
    world.secretText = APP_SECRET;
    const found = await look("secret");
    expect(found.state).toBe("unknown");
    expect(found.sentence).not.toContain(APP_SECRET);
  });

  test("is red when it is another app's, as after Meta reset it", async () => {
    const appSecrets = [OLD_APP_SECRET];
    world.secretText = JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets });
    await expectRed("meta-app", /^No saved app secret is that of app 1234567890123456/, CONNECT);
  });
});

describe("the address", () => {
  test("is red when nothing answers there", async () => {
    if (world.aws.stack) world.aws.stack.outputs.WebhookUrl = "http://127.0.0.1:65535/webhook";
    await expectRed("handshake", /does not answer \(ECONNREFUSED\)/, /npm run deploy/);
  });

  test("is red when the function knows another verify token", async () => {
    world.secretText = JSON.stringify({ verifyToken: "another", appSecrets: [APP_SECRET] });
    await expectRed("handshake", /answers 403 to the right verify token/, /wait five minutes/);
  });

  test("is red when it answers anything but 401 to a forged delivery", async () => {
    if (world.aws.stack) world.aws.stack.outputs.WebhookUrl += "/elsewhere";
    await expectRed("forged", /is answered 404, not 401/, /WebhookUrl/);
  });
});

describe("the alert topic", () => {
  test("is red when an e-mail address was never confirmed", async () => {
    world.aws.subscribers.push({ protocol: "email", endpoint: "new@example.com", pending: true });
    await expectRed("subscribers", /hears nothing: n…@example\.com/, /Subscription Confirmation/);
  });

  test("is red when nobody is subscribed", async () => {
    world.aws.subscribers = [];
    await expectRed("subscribers", /^Nobody is subscribed/, /^aws sns subscribe --topic-arn/);
  });

  test("is red when SMS is in the sandbox and a number was not verified there", async () => {
    world.aws.sms.inSandbox = true;
    await expectRed("sms-sandbox", /in the SMS sandbox: \+49…5678 gets no SMS/, /Exit SMS sandbox/);
    world.aws.sms.verified = ["+4915112345678"];
    expect(await look("sms-sandbox")).toMatchObject({ state: "green", code: 0 });
  });

  test("is red when SNS may spend nothing on SMS", async () => {
    world.aws.sms.limit = "0";
    await expectRed("sms-limit", /may spend nothing/, /set-sms-attributes/);
  });

  test("is unknown, and not red, without the permission to look", async () => {
    world.aws.denied.add("ListSubscriptionsByTopic");
    const found = await look("subscribers");
    expect(found).toMatchObject({ state: "unknown", code: 0 });
    expect(found.mend).toBe("allow them service:ListSubscriptionsByTopic");
  });
});

describe("the table", () => {
  test("is red when an alert has been pending for more than five minutes", async () => {
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
    expect((await look("pending")).state).toBe("green");
    const late = await look("pending", {}, now + 12 * 60_000);
    expect(late).toMatchObject({ state: "red", code: 1 });
    expect(late.sentence).toBe("1 alert waiting, the oldest for 12 minutes.");
    const last = await look("last-event", {}, now + 12 * 60_000);
    expect(last.sentence).toBe(
      `PIN_RESET_REQUEST of number ..3881, account ${WABA}, received 12 minutes ago.`,
    );
    await table.markPublished(event, "somebody", { messageId: "m", publishedAt: now });
    await delay(0);
  });
});

describe("CloudWatch", () => {
  test("makes an alarm that is on red", async () => {
    world.aws.alarms.push({ name: "Hooks Table failing", state: "ALARM", reason: "" });
    await expectRed("alarms", /^On: Hooks Table failing\.$/, /RUNBOOK/);
  });

  test("makes a relay that has stopped red", async () => {
    world.aws.metrics.RelayRun = [[9, 1]];
    await expectRed("relay", /ran last 9 minutes ago/, /Relay not running/);
    world.aws.metrics.RelayRun = [];
    await expectRed("relay", /was seen in the last hour/, /Relay not running/);
  });
});

describe("Meta", () => {
  const app = () => {
    const found = world.graph.apps.get(APP_ID);
    if (!found?.subscription) throw new Error("The world has no app");
    return { ...found, subscription: found.subscription };
  };

  test("is red when the app's callback URL is another's", async () => {
    app().subscription.callback_url = "https://chat.example/hooks";
    await expectRed("meta-callback", /^Meta calls https:\/\/chat\.example\/hooks, not /, CONNECT);
  });

  test("is red when the field is missing, inactive, or without values", async () => {
    app().subscription.fields = ["messages"];
    await expectRed("meta-field", /subscribed to messages\.$/, CONNECT);
    app().subscription.fields = ["messages", "security"];
    app().subscription.active = false;
    await expectRed("meta-field", /not active/, /--again/);
    app().subscription.include_values = false;
    await expectRed("meta-values", /without values/, /--again/);
  });

  test("is red when deliveries came without values", async () => {
    world.aws.metrics.ValuesMissing = [[30, 2]];
    await expectRed("meta-values", /^This week 2 entries came without values\.$/, /--again/);
  });

  test("is red when the account is not subscribed to the app: no event comes", async () => {
    world.graph.accounts.set(WABA, { apps: [], numbers: [] });
    await expectRed(
      `account-${WABA}`,
      /^The app is not subscribed to it, so that no event comes\.$/,
      /--app-id 1234567890123456 --waba 102290129340398$/,
    );
  });

  test("is red when two-step verification of a number is off", async () => {
    const numbers = world.graph.accounts.get(WABA)?.numbers ?? [];
    if (numbers[1]) numbers[1].is_pin_enabled = false;
    await expectRed(`numbers-${WABA}`, /is off for \+1 555-078-3882\.$/, /set a PIN/);
  });

  test("is unknown when it does not answer, and when no app or token is named", async () => {
    const graphUrl = "http://127.0.0.1:65535";
    expect(await look("meta-app", { graphUrl })).toMatchObject({ state: "unknown", code: 0 });
    expect(await look("meta-app", { appId: undefined as never })).toMatchObject({
      state: "unknown",
      mend: "add --app-id ID",
    });
    world.graph.tokens.clear();
    expect(await look("account")).toMatchObject({ state: "unknown", code: 0 });
  });
});
