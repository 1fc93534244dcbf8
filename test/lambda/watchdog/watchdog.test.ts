import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { acknowledge } from "../../../infra/commands/acknowledge/acknowledge.ts";
import { toLinkQuery } from "../../../lambda/outbox/link.ts";
import { APP_SECRET, VERIFY_TOKEN } from "../../support/builders.ts";
import { emptyTable, FAILURES, storeEvent } from "../../support/failures.ts";
import { APP_ID, startOperatorWorld, TOKEN, WABA } from "../../support/operator-world.ts";
import { createTestTerminal } from "../../support/terminal.ts";
import { createWatchdogWorld, DAY_MS, type WatchdogWorld } from "../../support/watchdog-world.ts";

const world = await startOperatorWorld();
let watchdog: WatchdogWorld;

afterAll(() => world.stop());

/** Connected, and with a token for the watchdog; nothing is wrong. */
beforeEach(async () => {
  world.reset();
  await emptyTable(world);
  const stored = { verifyToken: VERIFY_TOKEN, appSecrets: [APP_SECRET], appId: APP_ID };
  world.aws.secret = JSON.stringify(stored);
  world.aws.token = JSON.stringify({ token: TOKEN, wabaIds: [WABA] });
  watchdog = createWatchdogWorld(world);
});

/** Runs as the daily rule does, with as much later a clock. */
async function runNextDay(): Promise<void> {
  watchdog.clock.now += DAY_MS;
  await watchdog.run();
}

describe("a system with nothing wrong", () => {
  test("sends one report a week to the operations topic, and no other mail", async () => {
    await watchdog.run();
    const first = watchdog.mails();
    expect(first.map(({ topic, kind }) => `${topic} ${kind}`).sort()).toEqual([
      "operations heartbeat",
    ]);
    for (let day = 1; day < 7; day += 1) await runNextDay();
    expect(watchdog.mails(), "mails of this run").toEqual([]);
    await runNextDay();
    expect(watchdog.mails().map(({ kind }) => kind)).toEqual(["heartbeat"]);
    expect(watchdog.heartbeats.count, "calls of the outside monitor, one a run").toBe(8);
  });

  test("counts its run, and writes neither secret, token nor number into its log", async () => {
    await watchdog.run();
    const line = JSON.parse(watchdog.lines.at(-1) ?? "{}");
    expect(line).toMatchObject({ level: "INFO", message: "watchdog ran", WatchdogRun: 1 });
    expect(line).not.toHaveProperty("CheckFailed");
    for (const secret of [APP_SECRET, TOKEN, VERIFY_TOKEN, WABA, "1555078388"]) {
      expect(watchdog.lines.join("\n")).not.toContain(secret);
    }
  });
});

describe("each failure that the watchdog is for", () => {
  test.each(FAILURES)("is mailed, with what to do: %s", async (_, id, breakIt) => {
    await watchdog.run();
    watchdog.mails();
    await breakIt(world, watchdog.clock.now);
    await watchdog.run();
    const mails = watchdog.mails();
    expect(mails.map(({ topic, kind }) => `${topic} ${kind}`)).toEqual(["operations check"]);
    const checks = mails[0]?.failed ?? [];
    const found = checks.find((check) => check.id === id);
    expect(found, JSON.stringify(checks)).toBeDefined();
    const text = mails[0]?.email.replace(/\s+/g, " ");
    expect(text).toContain(found?.message);
    expect(text).toContain(found?.fix);
    expect(watchdog.heartbeats.count, "calls of the outside monitor").toBe(1);
  });

  test("is mailed every day while it lasts, since when, and its end once", async () => {
    await watchdog.run();
    watchdog.mails();
    world.aws.sms.limit = "0";
    for (let day = 1; day <= 3; day += 1) {
      await runNextDay();
      const mails = watchdog.mails();
      expect(mails.map(({ subject }) => subject)).toEqual([
        "WhatsApp security: 1 check failed: SMS spending limit - Test",
      ]);
      if (day === 3) expect(mails[0]?.email).toMatch(/FAILED {2}SMS spending limit, since \d{4}-/);
    }
    world.aws.sms.limit = "10";
    await runNextDay();
    const [recovered, ...others] = watchdog.mails();
    expect(recovered?.subject).toBe("WhatsApp security: 1 check good again, none fails - Test");
    expect(recovered?.email).toContain("SNS may spend 10 USD a month on SMS.");
    expect(others, "further mails").toEqual([]);
    await runNextDay();
    expect(watchdog.mails(), "mails of this run").toEqual([]);
  });

  test("is mailed within 72 columns, but for commands", async () => {
    for (const [, , breakIt] of FAILURES) await breakIt(world, watchdog.clock.now);
    await watchdog.run();
    const mails = watchdog.mails();
    expect(mails.map(({ kind }) => kind).sort()).toEqual(["check", "heartbeat"]);
    for (const { email, subject } of mails) {
      expect(subject.length).toBeLessThanOrEqual(100);
      const long = email.split("\n").filter((line) => line.length > 72);
      expect(long.filter((line) => !/npm run|aws |http/.test(line))).toEqual([]);
    }
  });
});

describe("a PIN that is set again, says somebody by a link", () => {
  const phone = "15550004242";
  const ON = { id: "3", display_phone_number: phone, is_pin_enabled: true };
  const olga = { data: world.data, phone, as: "Olga", answer: "pin-set" } as const;

  test.each<[string, () => Promise<unknown> | undefined]>([
    [
      "an answer from the terminal",
      () => acknowledge({ options: olga, terminal: createTestTerminal(), now: Date.now }),
    ],
    ["an event", () => storeEvent(world, watchdog.clock.now + DAY_MS, { event: "PIN_CHANGED" })],
    ["Meta", async () => void world.graph.accounts.get(WABA)?.numbers.push(ON)],
  ])("is red, and no heartbeat is sent, until it is confirmed by %s", async (_, confirm) => {
    watchdog.clock.now = Date.now();
    const incidentCode = "Vh3kZ0q9T4mYb7c2XwLs8Q";
    const event = await storeEvent(
      world,
      watchdog.clock.now,
      { event: "PIN_REQUEST_SUCCESS", eventKey: "0000001795489920#d92d31e174b62c1a" },
      { alert: { S: "open" }, incidentCode: { S: incidentCode } },
    );
    const link = new URL(`/incident?${toLinkQuery({ event, incidentCode })}`, world.webhookUrl);
    const body = new URLSearchParams({ name: "Ann", answer: "pin-set" });
    const { status } = await fetch(link, { method: "POST", body, redirect: "manual" });
    expect(status).toBe(303);
    for (let day = 1; day <= 2; day += 1) {
      await runNextDay();
      const mails = watchdog.mails().filter(({ kind }) => kind === "check");
      expect(mails.map(({ failed }) => failed.map(({ id }) => id))).toEqual([["numbers"]]);
      expect(mails[0]?.subject).toContain("1 number UNPROTECTED");
    }
    expect(watchdog.heartbeats.count, "calls of the outside monitor").toBe(0);
    await confirm();
    await runNextDay();
    expect(watchdog.heartbeats.count, "calls of the outside monitor").toBe(1);
    expect(watchdog.mails().some(({ subject }) => subject.includes("good again"))).toBe(true);
  });
});
