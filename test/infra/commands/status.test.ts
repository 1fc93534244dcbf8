import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { toLines } from "../../../infra/commands/status/lines.ts";
import { type StatusOptions, status } from "../../../infra/commands/status/status.ts";
import { TOKEN_FILE } from "../../../infra/local/watchdog.ts";
import type { CheckResult } from "../../../lambda/checks/check.ts";
import { readMemory, saveItem } from "../../../lambda/facts/memory.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import { emptyTable, FAILURES } from "../../support/failures.ts";
import {
  APP_ID,
  OTHER_APP_ID,
  STACK,
  startOperatorWorld,
  TOKEN,
  WABA,
} from "../../support/operator-world.ts";
import { expectParses, findCommands } from "../../support/printed-commands.ts";
import { runWith } from "../../support/terminal.ts";

const NOW = Math.floor(Date.now() / 1000) * 1000;
const world = await startOperatorWorld();
afterAll(() => world.stop());
beforeEach(async () => {
  world.reset();
  world.aws.now = () => NOW;
  await emptyTable(world);
});

/** By the clock that "ago" goes by, with a token that somebody has copied with its line break. */
function run(difference: Partial<StatusOptions> = {}, more = {}) {
  const options: StatusOptions = {
    stack: STACK,
    appId: APP_ID,
    waba: [],
    graphUrl: world.graph.url,
    graphVersion: "v25.0",
    ...difference,
  };
  const env = { WHATSAPP_SYSTEM_USER_TOKEN: ` ${TOKEN}\n`, ...more };
  return runWith((terminal) => status({ options, env, terminal, now: NOW }));
}

/** The one check of this id, and the exit code. */
async function look(id: string, difference: Partial<StatusOptions> = {}, more = {}) {
  const { code, json } = await run({ ...difference, json: true }, more);
  const { checks } = json() as { checks: CheckResult[] };
  const found = checks.find((each) => each.id === id);
  if (!found) throw new Error(`There is no check ${id}`);
  return { ...found, code };
}

const LOCAL = { stack: undefined as never, data: world.data };

describe("a system that is well", () => {
  test("shows each check, and the whole addresses of those who get messages", async () => {
    const late = { protocol: "email", endpoint: "new\u202e@example.com", pending: true };
    world.aws.subscribers.push(late);
    world.aws.alarms.push({ name: "Shop - Relay", state: "ALARM", reason: "another stack's" });
    world.aws.expected = [];
    const { screen } = await run();
    expect(screen([world.webhookUrl, "URL"], [/\d+ ms/g, "0 ms"])).toMatchSnapshot();
  });

  test("says the same to machines, and nobody what is secret", async () => {
    const { code, out, json } = await run({ json: true });
    const { ok, checks, subscribers } = json();
    const withoutTimes = (lines: readonly string[]) => lines.join().replaceAll(/\d+ ms/g, "");
    const text = withoutTimes((await run()).out);
    expect([code, ok, withoutTimes(toLines(checks, subscribers))]).toEqual([0, true, text]);
    for (const secret of [APP_SECRET, TOKEN, VERIFY_TOKEN])
      expect(out.join()).not.toContain(secret);
  });

  test("is found as the local run too, where what only AWS knows is in one line", async () => {
    const { text } = await run(LOCAL);
    expect(text).toMatch(
      / unknown Only on AWS: Operations subscribers, Ways to people, SMS sandbox, SMS spending limit, SMS type, Alarms, Relay, Filter policies, Table, Encryption key\. 16 ok, 0 failed, 14 unknown\.$/,
    );
    const { code, message } = await look("deployment", LOCAL);
    const sentence = `Local run in ${world.data}, at ${world.webhookUrl}.`;
    expect([code, message]).toEqual([0, sentence]);
    expect((await look("subscribers", LOCAL)).message).toBe(
      "1 subscriber, all confirmed (1 by sqs).",
    );
  });
});

test("an app that is new to the watchdog is known from then on", async () => {
  const source = { dynamodb: createDynamoDB({ endpoint: world.dynamodbEndpoint }), ...world };
  await saveItem(source, `account#${WABA}`, { apps: [[APP_ID, 0]], pins: [] });
  expect(await look(`apps-${WABA}`)).toMatchObject({ code: 1, state: "failed" });
  const { code, err } = await run({ knownApp: OTHER_APP_ID });
  const known = `App ${OTHER_APP_ID} is known from now on: the watchdog no longer calls it new.`;
  expect([code, err]).toEqual([0, [known]]);
  expect([...((await readMemory(source))?.knownApps ?? [])]).toEqual([[OTHER_APP_ID, NOW]]);
});

test("a stack that is not there is the one red check", async () => {
  vi.stubEnv("FORCE_COLOR", "1");
  onTestFinished(() => void vi.unstubAllEnvs());
  const { screen } = await run({ stack: "Hoks" });
  const others = (await run(LOCAL)).out.join();
  for (const word of ["\x1b[32mok ", "\x1b[33munknown "]) expect(others).toContain(word);
  expect((await run({ ...LOCAL, stack: "Hoks" })).text).toContain("There is no stack");
  expect(screen(["\x1b[31m", "red "], ["\x1b[39m", ""])).toMatchSnapshot();
});

test("a secret that is not JSON fails its check, unquoted", async () => {
  world.aws.secret = APP_SECRET;
  const { state, message } = await look("secret");
  expect([state, message]).toEqual(["failed", expect.not.stringContaining(APP_SECRET)]);
});

describe("each failure that the watchdog is for", () => {
  test.each(FAILURES)("fails the check, and status: %s", async (_, id, breakIt) => {
    await breakIt(world, NOW);
    const found = await look(id);
    expect(found).toMatchObject({ state: "failed", code: 1 });
    expect(found.fix, "what to do").toMatch(/./);
    for (const line of findCommands(`${found.message}\n${found.fix}`)) await expectParses(line);
  });

  test("is unknown, and not red, without the permission to look", async () => {
    world.aws.denied.add("ListSubscriptionsByTopic");
    const found = await look("subscribers");
    expect(found).toMatchObject({ state: "unknown", code: 0 });
    expect(found.fix).toBe("allow service:ListSubscriptionsByTopic");
  });
});

describe("Meta", () => {
  test.each<[string, string, CheckResult["state"], Partial<StatusOptions>, object?]>([
    ["the app that connect saved", "meta-app", "ok", { appId: undefined as never }],
    ["another callback URL, if that is meant", "meta-callback", "failed", { callbackUrl: "x" }],
    ["the version that is meant", "meta-app", "failed", { graphVersion: "latest" }],
    ["an app secret that is given", "meta-app", "failed", {}, { WHATSAPP_APP_SECRET: "other" }],
    ["the accounts that are meant", "account-1", "failed", { waba: ["1"] }],
    ["nothing, where it does not answer", "meta-app", "unknown", { graphUrl: "http://[::1]:1" }],
  ])("is asked about %s", async (_what, id, state, difference, env) => {
    const saved = { verifyToken: VERIFY_TOKEN, appSecrets: [APP_SECRET], appId: APP_ID };
    world.aws.secret = JSON.stringify(saved);
    const code = state === "failed" ? 1 : 0;
    expect(await look(id, difference, env)).toMatchObject({ state, code });
  });

  test("is unknown without an app or a token; that of connect is read on the local run alone", async () => {
    expect(await look("meta-app", { appId: undefined as never })).toMatchObject({
      state: "unknown",
      fix: "npm run connect -- --stack Hooks --app-id ID",
    });
    const env = { WHATSAPP_SYSTEM_USER_TOKEN: " \n" };
    expect(await look("account", {}, env)).toMatchObject({ state: "unknown" });
    writeFileSync(join(world.data, TOKEN_FILE), JSON.stringify({ token: TOKEN }));
    expect(await look("account", LOCAL, env)).toMatchObject({ state: "ok" });
    rmSync(join(world.data, TOKEN_FILE));
  });
});
