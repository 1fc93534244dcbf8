import { describe, expect, test } from "vitest";
import { APP_SECRET, entry, newWabaId, payload } from "../../support/builders.ts";
import { createMemoryWorld, postOf, type TestFunction, unreachable } from "../../support/world.ts";

const world = createMemoryWorld();
const OTHER = "a".repeat(32);
const body = payload(entry());
const unsigned = postOf("{}", undefined);

function secretText(...appSecrets: unknown[]): string {
  return JSON.stringify({ verifyToken: "the-verify-token", appSecrets });
}

/** A function with a secret of its own, and how often it was read. */
function start(text: string | Error = secretText(APP_SECRET), difference = {}) {
  const secret = { text, reads: 0 };
  async function readSecret() {
    secret.reads += 1;
    if (secret.text instanceof Error) throw secret.text;
    return secret.text;
  }
  return { ...world.functionWith({ readSecret, ...difference }), secret };
}

async function statusOf(fn: TestFunction, appSecret = APP_SECRET) {
  return (await fn.deliver(body, appSecret))?.statusCode;
}

function greet(fn: TestFunction, token: string) {
  return fn.send({
    rawPath: "/webhook",
    rawQueryString: `hub.mode=subscribe&hub.challenge=1&hub.verify_token=${token}`,
    requestContext: { http: { method: "GET" } },
  });
}

describe("the app secret", () => {
  test("is read once, and again on a mismatch, at most once a minute: a rotation heals", async () => {
    const fn = start();
    for (let times = 0; times < 10; times += 1) expect(await statusOf(fn)).toBe(200);
    fn.secret.text = secretText(OTHER, APP_SECRET);
    world.clock.now += 59_999;
    expect(await statusOf(fn, OTHER)).toBe(401);
    expect(fn.secret.reads, "reads of the secret").toBe(1);
    world.clock.now += 1;
    expect(await statusOf(fn, OTHER), "the new one serves this very request").toBe(200);
    for (let times = 0; times < 50; times += 1) await statusOf(fn, "f".repeat(32));
    expect(fn.secret.reads, "reads of the secret").toBe(2);
    expect(await statusOf(fn)).toBe(200);
    expect(world.lastLine()).toMatchObject({ MatchedSecretIndex: [1] });
  });

  test("is read once for fifty mismatches at once", async () => {
    const fn = start();
    await statusOf(fn);
    world.clock.now += 60_000;
    const statuses = await Promise.all(Array.from({ length: 50 }, () => statusOf(fn, OTHER)));
    expect(new Set(statuses), "refused after the read too").toEqual(new Set([401]));
    expect(fn.secret.reads, "reads of the secret").toBe(2);
  });

  test.each<[string, object, number]>([
    ["with a tick", {}, 2],
    ["with a tick that fails", { dynamodb: unreachable() }, 2],
    ["without a tick", {}, 1],
  ])("that was taken back is refused after five minutes, %s", async (how, difference, reads) => {
    const fn = start(secretText(OTHER, APP_SECRET), difference);
    const meanwhile = async () => {
      if (how !== "without a tick") await fn.tick().catch(() => {});
    };
    expect(await statusOf(fn)).not.toBe(401);
    fn.secret.text = secretText(OTHER);
    world.clock.now += 5 * 60_000 - 1;
    await meanwhile();
    expect(await statusOf(fn)).not.toBe(401);
    expect(fn.secret.reads, "reads of the secret").toBe(1);
    world.clock.now += 1;
    await meanwhile();
    expect(fn.secret.reads, "reads before the next delivery").toBe(reads);
    expect(await statusOf(fn)).toBe(401);
    expect(await statusOf(fn, OTHER)).not.toBe(401);
    expect(fn.secret.reads, "reads of the secret").toBe(2);
  });

  test("that is unreadable costs a read every five seconds, not one a request", async () => {
    const fn = start(new Error("down"));
    const before = world.lines.length;
    for (let times = 0; times < 500; times += 1) await statusOf(fn);
    expect(world.lines.length - before).toBeLessThan(50);
    world.clock.now += 4_999;
    await statusOf(fn);
    expect(fn.secret.reads, "reads of the secret").toBe(1);
    world.clock.now += 1;
    fn.secret.text = secretText(APP_SECRET);
    expect(await statusOf(fn)).toBe(200);
    expect(fn.secret.reads, "reads of the secret").toBe(2);
  });

  test("as last read outlives a Secrets Manager that fails, and each failure is an error line", async () => {
    const fn = start();
    await statusOf(fn);
    fn.secret.text = new Error("down");
    world.clock.now += 5 * 60_000;
    const before = world.lines.length;
    expect(await statusOf(fn)).toBe(200);
    const [line] = world.lines.slice(before).map((each) => JSON.parse(each));
    const message = "reading the secret failed";
    expect(line).toMatchObject({ level: "ERROR", message, reason: "Error", SecretUnavailable: 1 });
  });

  test.each([
    ["beside others that cannot be", secretText(7, null, "", APP_SECRET, {}), [0]],
    ["as the last of three", secretText(OTHER, "b".repeat(32), APP_SECRET), [2]],
    ["without a verify token", JSON.stringify({ appSecrets: [APP_SECRET] }), [0]],
  ])("is used %s", async (_, text, MatchedSecretIndex) => {
    expect(await statusOf(start(text))).toBe(200);
    expect(world.lastLine()).toMatchObject({ MatchedSecretIndex });
  });

  test.each([
    ["none is configured", secretText()],
    ["the secret has no list", '{"verifyToken":"t"}'],
    ["only an empty one is configured", secretText("")],
    ["Secrets Manager fails", new Error("down")],
    ["it is not JSON", `{"verifyToken":"the-verify-token","appSecrets":["${OTHER}"`],
    ["its list is none", JSON.stringify({ verifyToken: "t", appSecrets: OTHER })],
  ])("closes the door with 503 when %s, and nothing of it is logged", async (_, text) => {
    const id = newWabaId();
    const before = world.lines.length;
    const closed = start(text);
    for (const secret of [APP_SECRET, ""]) {
      const result = await closed.deliver(payload(entry({ id })), secret);
      expect(result).toMatchObject({ statusCode: 503, body: "try again" });
    }
    expect(await world.itemsOf(id), "events that are stored").toEqual([]);
    expect(world.lines.slice(before).join()).not.toMatch(/a{9}|the-verify-token/);
  });

  test("is not read, nor AWS called at all, for 10,000 requests whose signature has not even the form", async () => {
    const calls: unknown[] = [];
    const counted = { send: async (command: unknown) => calls.push(command) } as never;
    const fn = start(secretText(APP_SECRET), { dynamodb: counted, sns: counted });
    await fn.deliver(payload());
    world.clock.now += 60 * 60_000;
    const before = world.lines.length;
    for (let times = 0; times < 10_000; times += 1) await fn.send(unsigned);
    expect(fn.secret.reads, "reads of the secret").toBe(1);
    expect(calls, "requests to AWS").toEqual([]);
    expect(world.lines.length - before).toBeLessThanOrEqual(150);
    world.clock.now += 60_000;
    await fn.send(unsigned);
    const refusals = world.lines
      .slice(before)
      .map((line) => JSON.parse(line).SignatureMalformed ?? 0)
      .reduce((sum, count) => sum + count, 0);
    expect(refusals, "requests that the metric counts").toBe(10_001);
  });
});

describe("the verify token", () => {
  test("that was changed is re-read by the handshake, and the old one is refused from then on", async () => {
    const fn = start();
    expect(await greet(fn, "the-verify-token")).toMatchObject({ statusCode: 200 });
    fn.secret.text = JSON.stringify({ verifyToken: "a-new-one", appSecrets: [APP_SECRET] });
    world.clock.now += 60_000;
    expect(await greet(fn, "a-new-one")).toMatchObject({ statusCode: 200, body: "1" });
    expect(await greet(fn, "the-verify-token")).toMatchObject({ statusCode: 403 });
  });

  test.each([undefined, ""])(
    "(%s) that is none confirms no handshake, not even with an empty token",
    async (verifyToken) => {
      const open = start(JSON.stringify({ verifyToken, appSecrets: [APP_SECRET] }));
      for (const token of ["", "null", "undefined"]) {
        expect(await greet(open, token)).toMatchObject({ statusCode: 403 });
      }
    },
  );

  test("is no reason for 403 while the secret cannot be read", async () => {
    expect(await greet(start(new Error("down")), "x")).toMatchObject({ statusCode: 503 });
  });
});
