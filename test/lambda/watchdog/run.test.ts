import { afterAll, describe, expect, test } from "vitest";
import type { Message } from "../../../lambda/alert/content/notice.ts";
import { runQuickChecks } from "../../../lambda/checks/checks.ts";
import { type Memory, readMemory } from "../../../lambda/facts/memory.ts";
import type { WatchedSystem } from "../../../lambda/facts/system.ts";
import { MetaUnavailableError } from "../../../lambda/meta/graph-error.ts";
import type { LogEntry } from "../../../lambda/shared/log.ts";
import { saveMemory } from "../../../lambda/watchdog/save-memory.ts";
import { runWatchdog, type WatchdogDeps } from "../../../lambda/watchdog/watchdog.ts";
import { APP_SECRET } from "../../support/builders.ts";
import { factsOf, HOUR_MS, LOOKED_AT, memoryOf, watchedSystem } from "../../support/facts.ts";
import { memoryTable } from "../../support/memory-table.ts";
import { serve } from "../../support/serve.ts";

const WEEK_MS = 7 * 86_400_000;

interface Given {
  readonly memory?: Memory | Error;
  readonly failingTopics?: readonly string[];
  readonly isUnsaved?: boolean;
  readonly system?: Partial<WatchedSystem>;
}

/** A run of a watchdog that can read nothing but its memory, and what came of it. */
async function run({
  memory = memoryOf({ reportedAt: LOOKED_AT }),
  failingTopics = [],
  isUnsaved,
  ...given
}: Given) {
  const mails: [string, Message][] = [];
  const log: LogEntry[] = [];
  const table = memoryTable();
  let beats = 0;
  if (!(memory instanceof Error)) await saveMemory(table.source, memory, undefined);
  const before = new Map(table.items);
  table.fails = (name) => (name === "QueryCommand" ? memory instanceof Error : isUnsaved === true);
  const deps: WatchdogDeps = {
    system: watchedSystem({
      ...table.source,
      isWatchdog: true,
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
    fetchHeartbeat: async () => {
      beats += 1;
    },
    log: { write: (entry) => void log.push(entry) },
    now: () => LOOKED_AT,
  };
  const ended = await runWatchdog(deps).catch((error: Error) => error);
  table.fails = () => false;
  const kinds = mails.map(([topic, { attributes }]) => `${topic} ${attributes.kind?.StringValue}`);
  const texts = mails.map(([, { message }]) => JSON.parse(message).email as string);
  const isSaved = [...table.items].some(([key, text]) => before.get(key) !== text);
  const saved = await readMemory(table.source);
  return { ended, kinds, texts, log, isSaved, saved, beats };
}

const FAILED = ["secret", "forged"];

describe("a run of the watchdog", () => {
  test("mails what failed, remembers it, and counts it", async () => {
    const { ended, kinds, log, saved, beats } = await run({});
    expect(ended).toMatchObject({ at: LOOKED_AT, failed: [{ id: "secret" }, { id: "forged" }] });
    expect(kinds).toEqual(["operations check"]);
    expect(saved).toMatchObject({
      ranAt: LOOKED_AT,
      reportedAt: LOOKED_AT,
      failedSince: { secret: LOOKED_AT, forged: LOOKED_AT },
    });
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

  test("reports once a week, to the operations topic only: others may not be operators", async () => {
    const memory = memoryOf({ reportedAt: LOOKED_AT - WEEK_MS });
    const { kinds, saved } = await run({ memory });
    expect(kinds).toEqual(["operations check", "operations heartbeat"]);
    expect(saved?.reportedAt).toBe(LOOKED_AT);
  });

  test("mails to the alert topic what the operations topic does not take, and says so", async () => {
    const memory = memoryOf({ reportedAt: 0 });
    const given = { memory, failingTopics: ["operations"] };
    const { ended, kinds, texts, saved, log, beats } = await run(given);
    expect(ended).not.toBeInstanceOf(Error);
    expect(kinds).toEqual(["alert check", "alert heartbeat"]);
    for (const text of texts) {
      expect(text.replace(/\s+/g, " ")).toContain(
        "The operations topic took no mail (operations down), so that this one goes to the alert topic.",
      );
    }
    expect(saved).toMatchObject({ reportedAt: LOOKED_AT, failedSince: { secret: LOOKED_AT } });
    expect(log[0]).toMatchObject({
      level: "ERROR",
      fields: { failures: ["operations down", "operations down"] },
      metrics: { WatchdogRun: 1 },
    });
    expect(beats).toBe(0);
  });

  test("fails when nobody takes a mail, and remembers nothing that the mail stood for", async () => {
    const memory = memoryOf({ reportedAt: 0 });
    const { ended, isSaved, log } = await run({ memory, failingTopics: ["operations", "alert"] });
    expect(ended).toMatchObject({
      message: "The watchdog's run is incomplete",
      cause: { name: "alert down" },
    });
    expect(isSaved).toBe(false);
    expect(log[0]?.metrics).toEqual({ CheckFailed: 2 });
  });

  test("without its memory mails that, writes none, holds back the report, and fails", async () => {
    const { ended, kinds, texts, isSaved, log } = await run({ memory: new Error("denied") });
    expect(ended).toMatchObject({ cause: { message: "The table fails" } });
    expect(kinds).toEqual(["operations check"]);
    expect(texts[0]).toContain("FAILED  Watchdog's memory");
    expect(isSaved).toBe(false);
    expect(log[0]?.fields).toMatchObject({ failures: ["Error"] });
  });

  test("fails when it can't remember", async () => {
    const { ended, kinds } = await run({ isUnsaved: true });
    expect(ended).toMatchObject({ cause: { message: "The table fails" } });
    expect(kinds).toEqual(["operations check"]);
  });

  test("says since when a check fails", async () => {
    const failedSince = { secret: Date.parse("2026-11-20T06:00:00Z") };
    const { texts } = await run({ memory: memoryOf({ reportedAt: LOOKED_AT, failedSince }) });
    expect(texts[0]).toContain("FAILED  App secret, since 2026-11-20");
    expect(texts[0]).toContain("FAILED  Forged delivery\n");
    expect(texts[0]).toContain("npm run status -- --stack Hooks");
  });
});

/** A webhook that refuses whatever has no signature. */
const { url, stop } = await serve((_request, response) => void response.writeHead(401).end());
const webhookUrl = `${url}/webhook`;
afterAll(stop);

describe("a run that could not read", () => {
  const readSecret = () => Promise.reject(new Error("not read"));
  const runUnread = (given: Given = {}) => run({ ...given, system: { webhookUrl, readSecret } });

  test("mails nothing on the first day, but sends no heartbeat and calls nothing well", async () => {
    const memory = memoryOf({ reportedAt: 0 });
    const { ended, kinds, texts, saved, beats } = await runUnread({ memory });
    expect(ended).toMatchObject({ failed: [] });
    expect(kinds).toEqual(["operations heartbeat"]);
    expect(texts[0]).not.toContain("All is well");
    expect(saved?.unreadSince).toMatchObject({ secret: LOOKED_AT, alarms: LOOKED_AT });
    expect(beats).toBe(0);
  });

  test("has failed on the second day, with everything that it could not read", async () => {
    const first = await runUnread();
    const before = LOOKED_AT - 24 * HOUR_MS;
    const unreadSince = Object.fromEntries(
      Object.keys(first.saved?.unreadSince ?? {}).map((id) => [id, before]),
    );
    const { kinds, log, beats } = await runUnread({
      memory: memoryOf({ reportedAt: LOOKED_AT, unreadSince }),
    });
    expect(kinds).toEqual(["operations check"]);
    expect(log[0]?.fields?.failed).toEqual(Object.keys(unreadSince));
    expect(beats).toBe(0);
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
  const runWithMeta = (memory = memoryOf({ reportedAt: LOOKED_AT })) => {
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
    const unreadSince = { "meta-field": LOOKED_AT - 2 * 86_400_000 };
    const { log, saved } = await runWithMeta(memoryOf({ reportedAt: LOOKED_AT, unreadSince }));
    expect(log[0]?.fields?.failed).toEqual(["handshake", "meta-field", "account"]);
    expect(saved).toMatchObject({
      failedSince: { "meta-field": LOOKED_AT },
      unreadSince: { ...unreadSince, "meta-callback": LOOKED_AT },
    });
  });
});

test("the quick checks ask neither Meta nor the webhook", async () => {
  const checks = await runQuickChecks(watchedSystem(), factsOf(), LOOKED_AT);
  expect(checks.map(({ id }) => id)).toEqual([
    "subscribers",
    "operations-subscribers",
    "ways",
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
    "filters",
    "table",
    "key",
    "watchdog",
    "memory",
  ]);
});

test.each([
  ["a stack", watchedSystem(), "npm run deploy -- -c stackName=Hooks"],
  [
    "a local run",
    { ...watchedSystem(), aws: undefined, flags: " --data d" },
    "npm run start -- --data d",
  ],
])(
  "what is gone of %s has failed, with the command that makes it again",
  async (_, system, fix) => {
    const alertSubscribers = Object.assign(new Error("Topic does not exist"), { name: "NotFound" });
    const [check] = await runQuickChecks(system, factsOf({ alertSubscribers }), LOOKED_AT);
    expect(check).toMatchObject({ state: "failed", fix });
  },
);
