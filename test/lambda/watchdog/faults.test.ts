import { SNSClient } from "@aws-sdk/client-sns";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { Message } from "../../../lambda/alert/content/notice.ts";
import { readMemory, saveKnownApp } from "../../../lambda/facts/memory.ts";
import { GraphError } from "../../../lambda/meta/graph-error.ts";
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
  table.isEmpty = true;
  const world = {
    table,
    at: LOOKED_AT,
    accounts: ["102"],
    apps: [OURS],
    numbers: [NUMBER],
    /** What Meta answers to each question about an account. */
    refusal: undefined as Error | undefined,
    /** A topic that takes no mail. */
    refusing: "",
    /** Whether the next request of SNS or the table fails. */
    fault: (): Fault => false,
    /** What people and the outside monitor got, in order. */
    said: [] as string[],
    runDaily,
  };
  table.fails = () => world.fault();

  async function publish(topic: string, { subject, message }: Message): Promise<void> {
    const fault = world.fault();
    if (fault === true || topic === world.refusing) throw new Error("SNS refuses");
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
      if (!(await runOnce())) await runOnce();
    }
  }

  function runOnce(): Promise<unknown> {
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
      fetchHeartbeat: async () => void world.said.push("heartbeat: all is well"),
      log: { write: () => {} },
      now: () => world.at,
    }).catch(() => undefined);
  }
  return world;
}

const WELL = /all is well|good again/i;
const WARNING = /New since .*6666666666666666/;

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
    world.said.length = 0;
    await world.runDaily(14);
    expect(world.said.filter((text) => WARNING.test(text)).length).toBeGreaterThanOrEqual(14);
    expect(world.said.filter((text) => WELL.test(text))).toEqual([]);
    world.said.length = 0;
    await world.runDaily(2);
    expect(world.said.filter((text) => /good again/.test(text))).toEqual([]);
    expect(world.said).toContain("heartbeat: all is well");

    world.apps.push("5555");
    await world.runDaily();
    world.apps.pop();
    world.said.length = 0;
    await world.runDaily();
    expect(world.said.some((text) => /good again/.test(text))).toBe(true);
  });

  test("fails no longer once an operator has named it known, without being good again", async () => {
    const world = createWorld();
    await world.runDaily();
    world.apps.push(STRANGER);
    await world.runDaily();
    await saveKnownApp(world.table.source, STRANGER, world.at + 1);
    world.said.length = 0;
    await world.runDaily();
    expect(world.said).toEqual(["heartbeat: all is well"]);
  });
});

test("a mail that its topic did not take is no good run for the outside monitor", async () => {
  const world = createWorld();
  world.refusing = "operations";
  await world.runDaily();
  expect(world.said).toEqual([expect.stringMatching(/^alert: .*took no mail/)]);
});

describe("an account that Meta refuses", () => {
  test.each([10, 190, 200])(
    "(error %s) is mailed on the first day, without a heartbeat",
    async (code) => {
      const world = createWorld();
      await world.runDaily();
      world.said.length = 0;
      world.refusal = new GraphError("Application does not have permission", code);
      await world.runDaily();
      expect(world.said).toHaveLength(1);
      expect(world.said[0]).toContain("FAILED Account 102");
      expect(world.said[0]).toContain(`code ${code}`);
    },
  );
});

describe("what is gone", () => {
  test("a number that left while its PIN was off fails no longer", async () => {
    const world = createWorld();
    world.numbers = [{ ...NUMBER, is_pin_enabled: false }];
    await world.runDaily();
    expect(world.said[0]).toContain("FAILED Numbers of 102");
    world.numbers = [];
    world.said.length = 0;
    await world.runDaily(2);
    expect(world.said.at(-1)).toBe("heartbeat: all is well");
  });

  test("an account that the token was not given any more is said once, and forgotten", async () => {
    const world = createWorld();
    world.accounts = ["102", "103"];
    await world.runDaily();
    world.accounts = ["102"];
    world.said.length = 0;
    await world.runDaily();
    expect(world.said).toEqual([
      expect.stringContaining("FAILED Account 103 It is no longer watched"),
    ]);
    world.said.length = 0;
    await world.runDaily();
    expect(world.said).toEqual(["heartbeat: all is well"]);
    expect([...world.table.items.keys()].sort()).toEqual(["account#102", "memory"]);
  });
});

test("2,000 accounts on days on which Meta limits the rate: the run completes and remembers", async () => {
  const world = createWorld();
  world.accounts = Array.from({ length: 2_000 }, (_, index) => String(100_000_000_000_000 + index));
  await world.runDaily();
  expect(world.table.items.size).toBe(2_001);
  world.refusal = new GraphError("Application request limit reached", 80007);
  world.said.length = 0;
  await world.runDaily(2);
  const memory = await readMemory(world.table.source);
  expect(memory?.ranAt).toBe(world.at);
  expect(memory?.accounts.get(world.accounts[1_999] ?? "")?.apps).toEqual(new Map([[OURS, 0]]));
  expect(world.said).toHaveLength(1);
  expect(world.said[0]).toContain("Meta's rate limit is reached");
  world.refusal = undefined;
  world.apps.push(STRANGER);
  await world.runDaily();
  expect(world.said.at(-1)).toMatch(WARNING);
});
