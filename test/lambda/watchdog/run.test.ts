import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Message } from "../../../lambda/alert/message.ts";
import { runQuickChecks } from "../../../lambda/checks/checks.ts";
import type { Memory } from "../../../lambda/checks/memory.ts";
import type { WatchedSystem } from "../../../lambda/checks/system.ts";
import { MetaUnavailableError } from "../../../lambda/meta/graph-error.ts";
import type { LogEntry } from "../../../lambda/shared/log.ts";
import { runWatchdog, type WatchdogDeps } from "../../../lambda/watchdog/watchdog.ts";
import { APP_SECRET } from "../../support/builders.ts";
import { factsOf, LOOKED_AT, watchedSystem } from "../../support/facts.ts";

const WEEK_MS = 7 * 86_400_000;

function memoryOf(difference: Partial<Memory> = {}): Memory {
  return {
    ranAt: LOOKED_AT - 86_400_000,
    reportedAt: LOOKED_AT,
    failedSince: {},
    unavailableSince: {},
    apps: {},
    pins: [],
    ...difference,
  };
}

interface Given {
  readonly memory?: Memory | Error;
  readonly failingTopics?: readonly string[];
  readonly isUnsaved?: boolean;
  readonly heartbeat?: "none" | Error;
  readonly system?: Partial<WatchedSystem>;
}

/** A run of a watchdog that can read nothing but its memory, and what came of it. */
async function run({
  memory = memoryOf(),
  failingTopics = [],
  isUnsaved,
  heartbeat,
  ...given
}: Given) {
  const mails: [string, Message][] = [];
  const log: LogEntry[] = [];
  const saved: Memory[] = [];
  let beats = 0;
  const dynamodb = {
    async send({ input }: { input: { Key?: unknown; Item?: { memory: { S: string } } } }) {
      if (input.Item) {
        if (isUnsaved) throw new Error("not saved");
        saved.push(JSON.parse(input.Item.memory.S));
        return {};
      }
      if (!input.Key) throw new Error("not read");
      if (memory instanceof Error) throw memory;
      return { Item: { memory: { S: JSON.stringify(memory) } } };
    },
  };
  const deps: WatchdogDeps = {
    system: watchedSystem({
      dynamodb: dynamodb as never,
      webhookUrl: "http://127.0.0.1:9/webhook",
      readSecret: async () => ({ verifyToken: "", appSecrets: [] }),
      ...given.system,
    }),
    context: { label: "Prod" },
    async publish(topic, message) {
      if (failingTopics.includes(topic)) {
        throw Object.assign(new Error("not sent"), { name: `${topic} down` });
      }
      mails.push([topic, message]);
    },
    fetchHeartbeat:
      heartbeat === "none"
        ? undefined
        : async () => {
            beats += 1;
            if (heartbeat) throw heartbeat;
          },
    log: { write: (entry) => void log.push(entry) },
    now: () => LOOKED_AT,
  };
  const ended = await runWatchdog(deps).catch((error: Error) => error);
  const kinds = mails.map(([topic, { attributes }]) => `${topic} ${attributes.kind?.StringValue}`);
  return { ended, mails, kinds, log, saved, beats };
}

const FAILED = ["secret", "forged"];

describe("a run of the watchdog", () => {
  test("mails what failed, remembers it, and counts it", async () => {
    const { ended, kinds, log, saved, beats } = await run({});
    expect(ended).toMatchObject({ at: LOOKED_AT, failed: [{ id: "secret" }, { id: "forged" }] });
    expect(kinds).toEqual(["operations check"]);
    expect(saved).toEqual([
      {
        ...memoryOf(),
        ranAt: LOOKED_AT,
        failedSince: { secret: LOOKED_AT, forged: LOOKED_AT },
      },
    ]);
    expect(log).toEqual([
      {
        level: "INFO",
        message: "watchdog ran",
        fields: { failed: FAILED },
        metrics: { WatchdogRun: 1, CheckFailed: 2 },
      },
    ]);
    expect(beats, "no heartbeat while a check fails").toBe(0);
  });

  test("reports to both topics once a week", async () => {
    const memory = memoryOf({ reportedAt: LOOKED_AT - WEEK_MS });
    const { kinds, saved } = await run({ memory });
    expect(kinds).toEqual(["operations check", "operations heartbeat", "alert heartbeat"]);
    expect(saved[0]?.reportedAt).toBe(LOOKED_AT);
  });

  test("fails when a report is not sent to one topic, and tells the other", async () => {
    const memory = memoryOf({ reportedAt: 0 });
    const { ended, kinds, saved, log } = await run({ memory, failingTopics: ["alert"] });
    expect(ended).toMatchObject({
      message: "The watchdog's run is incomplete",
      cause: { name: "alert down" },
    });
    expect(kinds).toEqual(["operations check", "operations heartbeat"]);
    expect(saved[0]?.reportedAt, "the next run makes up for it").toBe(0);
    expect(log).toEqual([
      {
        level: "ERROR",
        message: "watchdog ran",
        fields: { failed: FAILED, failures: ["alert down"] },
        metrics: { CheckFailed: 2 },
      },
    ]);
  });

  test("fails when problems are not sent, and sends no report that would hide that", async () => {
    const memory = memoryOf({ reportedAt: 0 });
    const { ended, kinds, saved } = await run({ memory, failingTopics: ["operations"] });
    expect(ended).toBeInstanceOf(Error);
    expect(kinds).toEqual([]);
    expect(saved[0]?.reportedAt).toBe(0);
  });

  test("without its memory mails what failed, reports nothing, and fails", async () => {
    const { ended, kinds, log } = await run({ memory: new Error("denied") });
    expect(ended).toMatchObject({ cause: { message: "denied" } });
    expect(kinds).toEqual(["operations check"]);
    expect(log[0]?.fields).toMatchObject({ failures: ["Error"] });
  });

  test("fails when it can't remember", async () => {
    const { ended, kinds } = await run({ isUnsaved: true });
    expect(ended).toMatchObject({ cause: { message: "not saved" } });
    expect(kinds).toEqual(["operations check"]);
  });

  test("tells since when a check fails", async () => {
    const failedSince = { secret: Date.parse("2026-11-20T06:00:00Z") };
    const { mails } = await run({ memory: memoryOf({ failedSince }) });
    const { email } = JSON.parse(mails[0]?.[1].message ?? "{}");
    expect(email).toContain("FAILED  App secret, since 2026-11-20");
    expect(email).toContain("FAILED  Forged delivery\n");
    expect(email).toContain("npm run status -- --stack Hooks");
  });
});

/** A webhook that refuses whatever has no signature. */
const webhook = createServer((_request, response) => void response.writeHead(401).end());
let webhookUrl: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => webhook.listen(0, "127.0.0.1", resolve));
  webhookUrl = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/webhook`;
});
afterAll(() => {
  webhook.closeAllConnections();
  webhook.close();
});

describe("a run that finds no failure", () => {
  const runWell = (given: Given = {}) => {
    const readSecret = () => Promise.reject(new Error("not read"));
    return run({ ...given, system: { webhookUrl, readSecret } });
  };
  const RAN = { level: "INFO", message: "watchdog ran", fields: {}, metrics: { WatchdogRun: 1 } };

  test("mails nothing, and tells the outside monitor", async () => {
    const { ended, kinds, log, saved, beats } = await runWell();
    expect(ended).toMatchObject({ at: LOOKED_AT, failed: [] });
    expect(kinds).toEqual([]);
    expect(beats).toBe(1);
    expect(saved).toEqual([{ ...memoryOf(), ranAt: LOOKED_AT }]);
    expect(log).toEqual([RAN]);
  });

  test("needs no outside monitor", async () => {
    const { ended, log } = await runWell({ heartbeat: "none" });
    expect(ended).not.toBeInstanceOf(Error);
    expect(log).toEqual([RAN]);
  });

  test("is whole though the outside monitor can't be told, which is logged", async () => {
    const heartbeat = Object.assign(new Error("refused"), { name: "Status", code: 404 });
    const { ended, log, beats } = await runWell({ heartbeat });
    expect(ended).not.toBeInstanceOf(Error);
    expect(beats).toBe(1);
    expect(log).toEqual([
      { level: "WARN", message: "heartbeat not received", fields: { reason: "Status 404" } },
      RAN,
    ]);
  });

  test("tells no monitor that all is well when it is incomplete itself", async () => {
    const { ended, log, beats } = await runWell({ isUnsaved: true });
    expect(ended).toBeInstanceOf(Error);
    expect(beats).toBe(0);
    expect(log).toEqual([{ ...RAN, level: "ERROR", fields: { failures: ["Error"] }, metrics: {} }]);
  });

  test("mails what is good again, once", async () => {
    const failedSince = { watchdog: LOOKED_AT - 86_400_000 };
    const { mails, kinds, saved, beats } = await runWell({ memory: memoryOf({ failedSince }) });
    expect(kinds).toEqual(["operations check"]);
    const { email } = JSON.parse(mails[0]?.[1].message ?? "{}");
    expect(email).toContain("\nGOOD AGAIN\n  Watchdog: The watchdog ran last 1 day ago.\n");
    expect(saved[0]?.failedSince).toEqual({});
    expect(beats).toBe(1);
  });
});

describe("a run that asks Meta", () => {
  const VALID = {
    is_valid: true,
    scopes: ["whatsapp_business_management"],
    granular_scopes: [],
  };

  /** Meta, of whose subscriptions nothing can be read, with two accounts without apps. */
  const graph = {
    baseUrl: "https://graph.example",
    async send({ path }: { path: string }) {
      if (path === "/7") return { id: "7", name: "Hooks" };
      if (path === "/debug_token") return { data: VALID };
      if (/^\/10[23]\/(subscribed_apps|phone_numbers)$/.test(path)) return { data: [] };
      throw new MetaUnavailableError("Meta is away.");
    },
  };
  const runWithMeta = (memory = memoryOf()) => {
    const readToken = async () => ({ token: "EAA", wabaIds: ["102", "103"] });
    const secret = { verifyToken: "v", appSecrets: [APP_SECRET], appId: "7" };
    const meta = { graph: graph as never, readToken };
    return run({ memory, system: { webhookUrl, meta, readSecret: async () => secret } });
  };

  test("logs which checks failed without the accounts' numbers, each once", async () => {
    const { ended, log } = await runWithMeta();
    expect(ended).toMatchObject({
      failed: [{ id: "handshake" }, { id: "account-102" }, { id: "account-103" }],
    });
    expect(log[0]).toMatchObject({
      fields: { failed: ["handshake", "account"] },
      metrics: { CheckFailed: 3 },
    });
  });

  test("has failed when Meta could not be asked at the run before either", async () => {
    const unavailableSince = { "meta-field": LOOKED_AT - 2 * 86_400_000 };
    const { log, saved } = await runWithMeta(memoryOf({ unavailableSince }));
    expect(log[0]?.fields?.failed).toEqual(["handshake", "meta-field", "account"]);
    expect(saved[0]).toMatchObject({
      failedSince: { "meta-field": LOOKED_AT },
      unavailableSince: { ...unavailableSince, "meta-callback": LOOKED_AT },
    });
  });
});

test("the quick checks ask neither Meta nor the webhook", async () => {
  const checks = await runQuickChecks(watchedSystem(), factsOf(), LOOKED_AT);
  expect(checks.map(({ id }) => id)).toEqual([
    "subscribers",
    "operations-subscribers",
    "sms-sandbox",
    "sms-limit",
    "sms-type",
    "pending",
    "incidents",
    "numbers",
    "last-event",
    "last-test",
    "alarms",
    "relay",
    "table",
    "key",
  ]);
});
