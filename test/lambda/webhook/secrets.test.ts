import { describe, expect, test } from "vitest";
import type { Log, LogEntry } from "../../../lambda/shared/log.ts";
import { createSecretStore, type Secrets } from "../../../lambda/webhook/secrets.ts";

const SECOND = "fedcba9876543210fedcba9876543210";

/** A store whose clock, secret and log are the test's. */
function start(text = secretText("a")) {
  const clock = { now: 1_700_000_000_000 };
  const secret: { text: string; failure?: Error } = { text };
  const entries: LogEntry[] = [];
  const log: Log = { write: (entry) => void entries.push(entry) };
  const counter = { reads: 0 };
  async function readSecret(): Promise<string> {
    counter.reads += 1;
    if (secret.failure) throw secret.failure;
    return secret.text;
  }
  const store = createSecretStore({ readSecret, now: () => clock.now, log });
  return { store, clock, secret, entries, counter };
}

function secretText(verifyToken: string, ...appSecrets: unknown[]): string {
  return JSON.stringify({ verifyToken, appSecrets });
}

const isToken = (token: string) => (secrets: Secrets) => secrets.verifyToken === token || undefined;
const never = () => undefined;

describe("a secret that is known", () => {
  test("is read once, at the start, however often it is used", async () => {
    const { store, counter } = start();
    expect(counter.reads, "reads of the secret").toBe(1);
    for (let times = 0; times < 10; times++) expect(await store.match(isToken("a"))).toBe(true);
    expect(counter.reads, "reads of the secret").toBe(1);
  });

  test("is read again when it is five minutes old, not earlier", async () => {
    const { store, clock, counter } = start();
    await store.refresh();
    clock.now += 5 * 60_000 - 1;
    await store.match(isToken("a"));
    expect(counter.reads, "reads of the secret").toBe(1);
    clock.now += 1;
    await store.refresh();
    expect(counter.reads, "reads of the secret").toBe(2);
  });

  test("stays known while Secrets Manager fails, and every failure is an error line", async () => {
    const { store, clock, secret, entries } = start();
    await store.refresh();
    secret.failure = new Error("down");
    clock.now += 5 * 60_000;
    expect(await store.match(isToken("a"))).toBe(true);
    expect(store.state()).toBe("no app secret");
    expect(entries).toEqual([
      {
        level: "ERROR",
        message: "reading the secret failed",
        fields: { reason: "Error" },
        metrics: { SecretUnavailable: 1 },
      },
    ]);
  });
});

describe("a value that matches nothing known", () => {
  test("has the secret read again, and the new one serves this very request", async () => {
    const { store, clock, secret, counter } = start(secretText("old"));
    await store.refresh();
    clock.now += 60_000;
    secret.text = secretText("new");
    expect(await store.match(isToken("new"))).toBe(true);
    expect(counter.reads, "reads of the secret").toBe(2);
  });

  test("is looked for in the new secret as in the old one: what it finds is the answer", async () => {
    const { store, clock } = start(secretText("old"));
    await store.refresh();
    clock.now += 60_000;
    expect(await store.match(never)).toBeUndefined();
    clock.now += 60_000;
    const answers = [undefined, "found"];
    expect(await store.match(() => answers.shift())).toBe("found");
  });

  test("has it read at most once a minute", async () => {
    const { store, clock, counter } = start();
    await store.refresh();
    clock.now += 59_999;
    for (let times = 0; times < 50; times++) await store.match(never);
    expect(counter.reads, "reads of the secret").toBe(1);
    clock.now += 1;
    for (let times = 0; times < 50; times++) await store.match(never);
    expect(counter.reads, "reads of the secret").toBe(2);
  });

  test("fifty at once cause one read", async () => {
    const { store, clock, counter } = start();
    await store.refresh();
    clock.now += 60_000;
    await Promise.all(Array.from({ length: 50 }, () => store.match(never)));
    expect(counter.reads, "reads of the secret").toBe(2);
  });
});

describe("a secret that was never readable", () => {
  test("is looked for every five seconds at most, and answers nothing until then", async () => {
    const { store, clock, secret, counter } = start("no JSON");
    expect(await store.match(isToken("a"))).toBeUndefined();
    expect(store.state()).toBe("unreadable");
    clock.now += 4_999;
    await store.match(never);
    expect(counter.reads, "reads of the secret").toBe(1);
    clock.now += 1;
    secret.text = secretText("a", SECOND);
    expect(await store.match(isToken("a"))).toBe(true);
    expect(counter.reads, "reads of the secret").toBe(2);
    expect(store.state()).toBe("ready");
  });
});

describe("what the secret may look like", () => {
  test.each([
    ["without app secrets", '{"verifyToken":"a"}', 0],
    ["without a verify token", JSON.stringify({ appSecrets: [SECOND] }), 1],
    ["with a token that is no text", JSON.stringify({ verifyToken: 7, appSecrets: [SECOND] }), 1],
    ["with app secrets of other kinds", secretText("a", 7, null, "", SECOND, {}), 1],
    ["with three app secrets", secretText("a", "x", "y", SECOND), 3],
  ])("%s: what can be used is used", async (_, text, count) => {
    const { store } = start(text);
    expect(await store.match(({ appSecrets }) => appSecrets.length)).toBe(count);
    expect(store.state()).toBe(count > 0 ? "ready" : "no app secret");
  });

  test.each([
    ["no JSON", `{"verifyToken":"tok-of-the-test","appSecrets":["${SECOND}"`],
    ["text", JSON.stringify(SECOND)],
    ["app secrets that are no list", JSON.stringify({ verifyToken: "t", appSecrets: SECOND })],
  ])("%s is malformed, and nothing of it comes into the log", async (_, text) => {
    const { store, entries } = start(text);
    await store.refresh();
    expect(store.state()).toBe("unreadable");
    expect(entries.map(({ fields }) => fields)).toEqual([{ reason: "MalformedSecretError" }]);
    expect(JSON.stringify(entries)).not.toMatch(/fedcba|tok-of-the-test/);
  });
});
