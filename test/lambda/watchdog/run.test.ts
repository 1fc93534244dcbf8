import { SNSClient } from "@aws-sdk/client-sns";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { Message } from "../../../lambda/alert/content/notice.ts";
import { readMemory, saveKnownApp } from "../../../lambda/facts/memory.ts";
import { GraphError } from "../../../lambda/meta/graph-error.ts";
import type { LogEntry } from "../../../lambda/shared/log.ts";
import { runWatchdog } from "../../../lambda/watchdog/watchdog.ts";
import { APP_SECRET } from "../../support/builders.ts";
import { LOOKED_AT, watchedSystem } from "../../support/facts.ts";
import { memoryTable } from "../../support/memory-table.ts";
import { serve } from "../../support/serve.ts";

const DAY_MS = 86_400_000;
const OURS = "7";
const STRANGER = "6666666666666666";
const NUMBER = { id: "1", display_phone_number: "15550783881", is_pin_enabled: true };

/** A webhook that lets Meta in, and nobody else. */
const { url, stop } = await serve(({ method, url = "" }, response) => {
  const challenge = new URLSearchParams(url.split("?")[1]).get("hub.challenge");
  response.writeHead(method === "GET" ? 200 : 401).end(challenge ?? "");
});
const webhookUrl = `${url}/webhook`;
afterAll(stop);

/** One subscriber, who is confirmed. */
const sns = Object.assign(Object.create(SNSClient.prototype), {
  async send({ input }: { input: { SubscriptionArn?: string } }) {
    if (input.SubscriptionArn) return { Attributes: { ConfirmationWasAuthenticated: "true" } };
    const Subscription = { SubscriptionArn: "arn:1", Protocol: "email", Endpoint: "a@example.com" };
    return { Subscriptions: [Subscription] };
  },
});

/** Before the request was taken, or after: its answer is lost. */
type Fault = boolean | "after";

/** An account at Meta, the table and both topics; each request of those may fail. */
function createWorld() {
  const table = memoryTable();
  const world = {
    table,
    at: LOOKED_AT,
    accounts: ["102"],
    apps: [OURS],
    numbers: [NUMBER],
    /** What Meta answers to each question about an account. */
    refusal: undefined as Error | undefined,
    /** Topics that take no mail. */
    refusing: [] as string[],
    /** Whether the next request of SNS or the table fails. */
    fault: (): Fault => false,
    /** What people and the outside monitor got, in order. */
    said: [] as string[],
    isMonitorDown: false,
    log: [] as LogEntry[],
    run,
    runDaily,
    saidIn,
  };
  table.fails = () => world.fault();

  async function publish(topic: string, { subject, message }: Message): Promise<void> {
    const fault = world.fault();
    if (fault === true || world.refusing.includes(topic)) {
      throw Object.assign(new Error("SNS refuses"), { name: `${topic} down` });
    }
    const text = `${topic}: ${subject}\n${JSON.parse(message).email}`;
    world.said.push(text.replace(/\s+/g, " "));
    if (fault === "after") throw new Error("The answer of SNS is lost");
  }

  const graph = {
    baseUrl: "https://graph.example",
    async send({ path }: { path: string }) {
      if (path === `/${OURS}`) return { id: OURS, name: "Hooks" };
      if (path === "/debug_token") {
        const scopes = ["whatsapp_business_management", "whatsapp_business_messaging"];
        const granular_scopes = [{ scope: scopes[0], target_ids: world.accounts }];
        return { data: { is_valid: true, scopes, granular_scopes } };
      }
      if (path.endsWith("/subscriptions")) {
        const listed = { object: "whatsapp_business_account", callback_url: webhookUrl };
        return { data: [{ ...listed, active: true, fields: ["security"], include_values: true }] };
      }
      if (world.refusal) throw world.refusal;
      if (path.endsWith("/phone_numbers")) return { data: world.numbers };
      return {
        data: world.apps.map((id) => ({ whatsapp_business_api_data: { id, name: "App" } })),
      };
    },
  };

  /** A run a day for so many days, each with Lambda's second try. */
  async function runDaily(days = 1): Promise<void> {
    for (let day = 0; day < days; day += 1) {
      world.at += DAY_MS;
      if ((await run()) instanceof Error) await run();
    }
  }

  /** What is said in so many days. */
  async function saidIn(days = 1): Promise<readonly string[]> {
    world.said.length = 0;
    await runDaily(days);
    return world.said;
  }

  function run(): Promise<unknown> {
    return runWatchdog({
      system: watchedSystem({
        ...table.source,
        isWatchdog: true,
        aws: undefined,
        operationsTopicArn: undefined,
        sns,
        webhookUrl,
        readSecret: async () => ({ verifyToken: "v", appSecrets: [APP_SECRET], appId: OURS }),
        meta: { graph: graph as never, readToken: async () => ({ token: "EAA", wabaIds: [] }) },
      }),
      context: { label: "Test" },
      publish,
      async fetchHeartbeat() {
        if (world.isMonitorDown) throw new TypeError("https://hc.example did not answer");
        world.said.push("heartbeat: all is well");
      },
      log: { write: (entry) => void world.log.push(entry) },
      now: () => world.at,
    }).catch((error: Error) => error);
  }
  return world;
}

const WELL = /all is well|good again/i;
const WARNING = /New since .*6666666666666666/;

describe("a run of the watchdog", () => {
  /** Two accounts with a number each whose PIN is off. */
  function createFailing() {
    const world = createWorld();
    world.accounts = ["102", "103"];
    world.numbers = [{ ...NUMBER, is_pin_enabled: false }];
    return world;
  }

  test("mails what failed and the report to operations alone, remembers and counts it", async () => {
    const world = createFailing();
    const failed = ["numbers-102", "numbers-103"];
    expect(await world.run()).toMatchObject({
      at: LOOKED_AT,
      failed: failed.map((id) => ({ id })),
    });
    expect(world.said, "no heartbeat while a check fails").toEqual([
      expect.stringMatching(/^operations: .*FAILED Numbers of 102 .*FAILED Numbers of 103 /),
      expect.stringMatching(/^operations: .*WEEKLY REPORT/i),
    ]);
    expect(await readMemory(world.table.source)).toMatchObject({
      ranAt: LOOKED_AT,
      reportedAt: LOOKED_AT,
      failedSince: Object.fromEntries(failed.map((id) => [id, LOOKED_AT])),
    });
    const metrics = { WatchdogRun: 1, CheckFailed: 2 };
    const fields = { failed: ["numbers"] };
    expect(world.log).toEqual([{ level: "INFO", message: "watchdog ran", fields, metrics }]);
    await world.runDaily();
    expect((await readMemory(world.table.source))?.reportedAt).toBe(LOOKED_AT);
  });

  test("goes on when the outside monitor does not answer, and does not log its address", async () => {
    const world = createWorld();
    world.isMonitorDown = true;
    expect(await world.run()).toMatchObject({ failed: [] });
    const message = "heartbeat not received";
    expect(world.log).toEqual([
      { level: "WARN", message, fields: { reason: "TypeError" } },
      { level: "INFO", message: "watchdog ran", fields: {}, metrics: { WatchdogRun: 1 } },
    ]);
  });

  test("mails to the alert topic what the operations topic does not take, and says so", async () => {
    const world = createFailing();
    world.refusing = ["operations"];
    expect(await world.run()).not.toBeInstanceOf(Error);
    const why =
      /^alert: .*The operations topic took no mail \(operations down\), so that this one goes to the alert topic\./;
    expect(world.said).toEqual([expect.stringMatching(why), expect.stringMatching(why)]);
    expect(await readMemory(world.table.source)).toMatchObject({ reportedAt: LOOKED_AT });
    expect(world.log[0]).toMatchObject({
      level: "ERROR",
      fields: { failures: ["operations down", "operations down"] },
      metrics: { WatchdogRun: 1 },
    });
    world.numbers = [NUMBER];
    await world.runDaily();
    expect(world.said.slice(2), "no good run for the outside monitor").toHaveLength(1);
  });

  test("fails when nobody takes a mail, and remembers nothing that the mail stood for", async () => {
    const world = createFailing();
    world.refusing = ["operations", "alert"];
    expect(await world.run()).toMatchObject({
      message: "The watchdog's run is incomplete",
      cause: { name: "alert down" },
    });
    expect(world.table.items.size).toBe(0);
    expect(world.log[0]?.metrics).toEqual({ CheckFailed: 2 });
  });

  test.each([
    ["without its memory mails that, writes none and holds back the report", "QueryCommand"],
    ["that can't remember has mailed all the same", "PutItemCommand"],
  ])("%s, and fails", async (_what, failing) => {
    const world = createFailing();
    world.table.fails = (name) => name === failing;
    expect(await world.run()).toMatchObject({ cause: { message: "The table fails" } });
    expect(world.said).toHaveLength(failing === "QueryCommand" ? 1 : 2);
    expect(/FAILED Watchdog's memory/.test(world.said[0] ?? "")).toBe(failing === "QueryCommand");
    expect(world.table.items.size).toBe(0);
    expect(world.log[0]?.fields).toMatchObject({ failures: ["Error"] });
  });

  test("that could not read is called neither failed nor well; on the second day it has failed", async () => {
    const world = createWorld();
    world.refusal = new GraphError("Application request limit reached", 80007);
    expect(await world.run()).toMatchObject({ failed: [] });
    expect(world.said).toEqual([expect.stringMatching(/^operations: .*WEEKLY REPORT/i)]);
    expect(world.said[0]).not.toMatch(WELL);
    const unread = Object.keys((await readMemory(world.table.source))?.unreadSince ?? {});
    await world.runDaily();
    expect(world.said.slice(1)).toEqual([expect.stringContaining("Meta's rate limit is reached")]);
    expect(world.log[1]?.metrics).toEqual({ WatchdogRun: 1, CheckFailed: unread.length });
  });
});

describe("a new app, which may be an attacker's", () => {
  test("is mailed before anything is called well, whatever fails in three days, in any order", async () => {
    const fault = fc.oneof(
      { weight: 4, arbitrary: fc.constant<Fault>(false) },
      { weight: 3, arbitrary: fc.constant<Fault>(true) },
      { weight: 1, arbitrary: fc.constant<Fault>("after") },
    );
    const schedules = fc.array(fault, { minLength: 4, maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        const world = createWorld();
        await world.runDaily();
        world.said.length = 0;
        world.apps.push(STRANGER);
        const left = [...schedule];
        world.fault = () => left.shift() ?? false;
        await world.runDaily(3);
        world.fault = () => false;
        await world.runDaily();
        const warned = world.said.findIndex((text) => WARNING.test(text));
        expect(warned).not.toBe(-1);
        expect(world.said.slice(0, warned).filter((text) => WELL.test(text))).toEqual([]);
      }),
      { numRuns: 250, seed: 23 },
    );
  });

  test("fails for fourteen days, is never good again while it is there, and is once it is gone", async () => {
    const world = createWorld();
    await world.runDaily();
    world.apps.push(STRANGER);
    const said = await world.saidIn(14);
    expect(said.filter((text) => WARNING.test(text)).length).toBeGreaterThanOrEqual(14);
    expect(said.filter((text) => WELL.test(text))).toEqual([]);
    expect(await world.saidIn(2)).toContain("heartbeat: all is well");
    expect(world.said.filter((text) => /good again/.test(text))).toEqual([]);

    world.apps.push("5555");
    await world.runDaily();
    world.apps.pop();
    expect((await world.saidIn()).some((text) => /good again/.test(text))).toBe(true);
  });

  test("fails no longer once an operator has named it known, without being good again", async () => {
    const world = createWorld();
    await world.runDaily();
    world.apps.push(STRANGER);
    await world.runDaily();
    await saveKnownApp(world.table.source, STRANGER, world.at + 1);
    expect(await world.saidIn()).toEqual(["heartbeat: all is well"]);
  });
});

test.each([10, 190, 200])(
  "an account that Meta refuses (error %s) is mailed on the first day, without a heartbeat",
  async (code) => {
    const world = createWorld();
    await world.runDaily();
    world.refusal = new GraphError("Application does not have permission", code);
    const mail = new RegExp(`FAILED Account 102 .*code ${code}`);
    expect(await world.saidIn()).toEqual([expect.stringMatching(mail)]);
  },
);

describe("what is gone", () => {
  test("a number that left while its PIN was off fails no longer", async () => {
    const world = createWorld();
    world.numbers = [{ ...NUMBER, is_pin_enabled: false }];
    await world.runDaily();
    expect(world.said[0]).toContain("FAILED Numbers of 102");
    world.numbers = [];
    expect((await world.saidIn(2)).at(-1)).toBe("heartbeat: all is well");
  });

  test("an account that the token was not given any more is said once, and forgotten", async () => {
    const world = createWorld();
    world.accounts = ["102", "103"];
    await world.runDaily();
    world.accounts = ["102"];
    const mail = expect.stringContaining("FAILED Account 103 It is no longer watched");
    expect(await world.saidIn()).toEqual([mail]);
    expect(await world.saidIn()).toEqual(["heartbeat: all is well"]);
    expect([...world.table.items.keys()].sort()).toEqual(["account#102", "memory"]);
  });
});

test("2,000 accounts on days on which Meta limits the rate: the run completes and remembers", async () => {
  const world = createWorld();
  world.accounts = Array.from({ length: 2_000 }, (_, index) => String(100_000_000_000_000 + index));
  await world.runDaily();
  expect(world.table.items.size).toBe(2_001);
  world.refusal = new GraphError("Application request limit reached", 80007);
  expect(await world.saidIn(2)).toEqual([expect.stringContaining("Meta's rate limit is reached")]);
  const memory = await readMemory(world.table.source);
  expect(memory?.ranAt).toBe(world.at);
  expect(memory?.accounts.get(world.accounts[1_999] ?? "")?.apps).toEqual(new Map([[OURS, 0]]));
  world.refusal = undefined;
  world.apps.push(STRANGER);
  expect((await world.saidIn()).at(-1)).toMatch(WARNING);
});
