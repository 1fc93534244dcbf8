import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { toLines } from "../../../infra/commands/status/lines.ts";
import { type StatusOptions, status } from "../../../infra/commands/status/status.ts";
import type { CheckResult } from "../../../lambda/checks/check.ts";
import { readMemory } from "../../../lambda/facts/memory.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import { emptyTable, FAILURES } from "../../support/failures.ts";
import { APP_ID, STACK, startOperatorWorld, TOKEN, WABA } from "../../support/operator-world.ts";
import { expectParses, findCommands } from "../../support/printed-commands.ts";
import { createTestTerminal } from "../../support/terminal.ts";

const world = await startOperatorWorld();
afterAll(() => world.stop());
beforeEach(async () => {
  world.reset();
  await emptyTable(world);
});

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

async function expectFailed(id: string, message = /./) {
  const found = await look(id);
  expect(found).toMatchObject({ state: "failed", code: 1 });
  expect(found.message).toMatch(message);
  expect(found.fix, "what to do").toMatch(/./);
  for (const line of findCommands(`${found.message}\n${found.fix}`)) await expectParses(line);
}

function setWebhookUrl(url: string): void {
  Object.assign(world.aws.stack?.outputs ?? {}, { WebhookUrl: url });
}

describe("a system that is well", () => {
  test("has no failed check, exit code 0, and within 80 columns all but addresses", async () => {
    const { code, terminal } = await run();
    expect(terminal.text()).toMatch(/\n\d+ ok, 0 failed, \d unknown\.$/);
    expect(code).toBe(0);
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

  test("has a command that fixes it in one line, however long it is", () => {
    const fix = `npm run connect -- --stack ${"Hooks".repeat(20)} --app-id ID`;
    const check = { id: "x", name: "X", state: "failed", message: "It failed.", fix } as const;
    expect(toLines([check], [])).toContain(`         → ${fix}`);
  });

  test("ends with the whole addresses of those who get messages", async () => {
    world.aws.subscribers.push({ protocol: "email", endpoint: "new@example.com", pending: true });
    const { terminal } = await run();
    const at = terminal.out.indexOf("Subscribers");
    expect(terminal.out.slice(at, at + 5)).toEqual([
      "Subscribers",
      "  alert       email   guard@example.com",
      "  alert       sms     +4915112345678",
      "  alert       email   new@example.com  not confirmed",
      "  operations  email   operations@example.com",
    ]);
    world.aws.denied.add("ListSubscriptionsByTopic");
    expect((await run()).terminal.out).not.toContain("Subscribers");
  });
});

test("an app that is new to the watchdog is known from then on", async () => {
  const { terminal } = await run({ knownApp: "6666666666666666" });
  expect(terminal.err.join(" ")).toContain("App 6666666666666666 is known from now on");
  const dynamodb = createDynamoDB({ endpoint: world.dynamodbEndpoint });
  const memory = await readMemory({ dynamodb, tableName: world.tableName });
  expect([...(memory?.knownApps.keys() ?? [])]).toEqual(["6666666666666666"]);
});

test("a stack that is not there is the one red check", async () => {
  const { code, terminal } = await run({ stack: "Hoks" });
  expect(code).toBe(1);
  expect(terminal.out[0]).toBe(
    "failed   Deployment: There is no stack Hoks in us-east-1 in this AWS account:",
  );
  expect(terminal.out.at(-1)).toBe("0 ok, 1 failed, 0 unknown.");
});

describe("what only the running system shows", () => {
  const setSecrets = (verifyToken: string, ...appSecrets: string[]) =>
    Object.assign(world.aws, { secret: JSON.stringify({ verifyToken, appSecrets }) });

  test.each<[string, string, RegExp, () => unknown]>([
    [
      "another verify token than the function's",
      "handshake",
      /answers 403 to the right verify token/,
      () => setSecrets("another", APP_SECRET),
    ],
    [
      "an address where nothing answers",
      "handshake",
      /does not answer \(ECONNREFUSED\)/,
      () => setWebhookUrl("http://127.0.0.1:65535/webhook"),
    ],
    [
      "an address that answers anything but 401 to a forged delivery",
      "forged",
      /is answered 404, not 401/,
      () => setWebhookUrl(`${world.webhookUrl}/elsewhere`),
    ],
  ])("fails a check: %s", async (_what, id, message, arrange) => {
    arrange();
    await expectFailed(id, message);
  });
});

test("a secret that is not JSON fails its check, unquoted", async () => {
  world.aws.secret = APP_SECRET;
  const { state, message } = await look("secret");
  expect([state, message]).toEqual(["failed", expect.not.stringContaining(APP_SECRET)]);
});

describe("each failure that the watchdog is for", () => {
  test.each(FAILURES)("fails the check, and status: %s", async (_, id, breakIt) => {
    await breakIt(world, Date.now());
    await expectFailed(id);
  });

  test("is not made of a number that was verified in the SMS sandbox, nor of a pager", async () => {
    world.aws.sms = { ...world.aws.sms, inSandbox: true, verified: ["+4915112345678"] };
    world.aws.subscribers.push({ protocol: "https", endpoint: "https://pager.example/x" });
    expect(await look("sms-sandbox")).toMatchObject({ state: "ok", code: 0 });
    const found = await look("subscribers");
    expect(found).toMatchObject({ state: "ok", code: 0 });
    expect(found.message).toMatch(/^3 subscribers, all confirmed .*1 by https\)\.$/);
  });

  test("is unknown, and not red, without the permission to look", async () => {
    world.aws.denied.add("ListSubscriptionsByTopic");
    const found = await look("subscribers");
    expect(found).toMatchObject({ state: "unknown", code: 0 });
    expect(found.fix).toBe("allow service:ListSubscriptionsByTopic");
  });

  test("is reported also where the settings may not be read", async () => {
    world.aws.denied.add("GetTemplate");
    world.aws.subscribers = [];
    expect((await look("subscribers")).message).toMatch(/^Nobody is subscribed/);
  });
});

describe("Meta", () => {
  test("is asked about the app that connect saved, without --app-id", async () => {
    const stored = { verifyToken: VERIFY_TOKEN, appSecrets: [APP_SECRET], appId: APP_ID };
    world.aws.secret = JSON.stringify(stored);
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
