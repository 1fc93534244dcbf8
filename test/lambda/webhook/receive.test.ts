import { describe, expect, test } from "vitest";
import { createWebhook, type WebhookDeps } from "../../../lambda/webhook/webhook.ts";
import { createMemoryClient } from "../../explore/memory-table.ts";
import {
  APP_SECRET,
  entry,
  OLD_APP_SECRET,
  payload,
  SECRET_TEXT,
  securityChange,
  sign,
  VERIFY_TOKEN,
} from "../../support/builders.ts";
import { testConfig } from "../../support/config.ts";
import { postOf } from "../../support/world.ts";

/** The application on a table in memory, its clock, secret and log the test's. */
function start(difference: Partial<WebhookDeps> = {}) {
  const dynamodb = createMemoryClient();
  const clock = { now: 1_764_000_000_000 };
  const counts = { published: 0, reads: 0 };
  const lines: string[] = [];
  const webhook = createWebhook({
    config: testConfig(),
    dynamodb,
    sns: { send: async () => ({ MessageId: `m-${++counts.published}` }) } as never,
    async readSecret() {
      counts.reads += 1;
      return SECRET_TEXT;
    },
    now: () => clock.now,
    newToken: () => "token",
    newIncidentCode: () => "code",
    pause: async () => {},
    writeLine: (line) => void lines.push(line),
    ...difference,
  });
  const context = { awsRequestId: "id-1", getRemainingTimeInMillis: () => 15_000 };
  const send = (event: unknown) => webhook(event, context);
  return {
    dynamodb,
    clock,
    counts,
    send,
    deliver: (body: string | Buffer) => send(postOf(body, sign(body))),
    tick: () => send({ source: "aws.events" }),
    lastLine: () => JSON.parse(lines.at(-1) ?? "{}"),
  };
}

function request(method: string, rawPath: string, rawQueryString?: string) {
  return {
    rawPath,
    requestContext: { http: { method } },
    ...(rawQueryString !== undefined && { rawQueryString }),
  };
}

describe("a request", () => {
  const greeting = `hub.mode=subscribe&hub.challenge=7&hub.verify_token=${VERIFY_TOKEN}`;

  test.each([
    ["GET", "/webhook", greeting, 200, "7"],
    ["GET", "/stage/webhook", greeting, 200, "7"],
    ["GET", "/webhook", undefined, 403, "handshake"],
    ["POST", "/webhook", undefined, 401, "signature malformed"],
    ["POST", "/stage/webhook", undefined, 401, "signature malformed"],
    ["PUT", "/webhook", undefined, 405, "method"],
    ["HEAD", "/webhook", undefined, 405, ""],
    ["POST", "/webhook/", undefined, 404, "path"],
    ["GET", "/webhook2", greeting, 404, "path"],
    ["GET", "/", undefined, 404, "path"],
    ["HEAD", "/", undefined, 404, ""],
    ["GET", "/incident", undefined, 404, expect.stringContaining("<h1>")],
    ["GET", "/stage/incident", undefined, 404, expect.stringContaining("<h1>")],
    ["HEAD", "/incident", undefined, 405, ""],
    ["DELETE", "/incident", undefined, 405, "incident method"],
  ])("%s %s with the query %s is answered %i %s", async (method, path, query, statusCode, body) => {
    const result = await start().send(request(method, path, query));
    expect(result).toMatchObject({ statusCode, body });
  });

  test.each([
    null,
    undefined,
    "text",
    7,
    {},
    { source: "aws.s3" },
    { rawPath: 7, requestContext: { http: { method: "GET" } } },
    { rawPath: "/webhook" },
    { rawPath: "/webhook", requestContext: null },
    { rawPath: "/webhook", requestContext: {} },
    { rawPath: "/webhook", requestContext: { http: null } },
  ])("is none of the shape of %j: an error, not an answer", async (event) => {
    const error = new Error("The event is neither a request nor a scheduled tick");
    await expect(start().send(event)).rejects.toThrow(error);
  });
});

describe("a delivery", () => {
  test("is stored, told and answered, and says which secret verified it", async () => {
    const secret = JSON.stringify({ verifyToken: "t", appSecrets: [OLD_APP_SECRET, APP_SECRET] });
    const fn = start({ readSecret: async () => secret });
    expect(await fn.deliver(payload(entry()))).toMatchObject({ statusCode: 200, body: "ok" });
    expect(fn.counts.published).toBe(1);
    const [item] = [...fn.dynamodb.rows.values()].filter((each) => each.appSecretIndex);
    expect(item).toMatchObject({
      appSecretIndex: { N: "1" },
      receivedAt: { S: "2025-11-24T16:00:00.000Z" },
      incidentCode: { S: "code" },
    });
    expect(fn.lastLine()).toMatchObject({
      level: "INFO",
      requestId: "id-1",
      FunctionName: "test",
      MatchedSecretIndex: [1],
    });
  });

  test("is counted by all that is in it", async () => {
    const fn = start();
    const named = { id: "1", time: 1, changed_fields: ["security"] };
    const changes = [{ field: "messages" }, null, securityChange()];
    await fn.deliver(payload(null, named, entry({ changes })));
    expect(fn.lastLine()).toMatchObject({
      EventStored: 2,
      ValuesMissing: 1,
      FieldIgnored: 1,
      ChangeQuarantined: 2,
      failures: { ChangeQuarantined: ["malformed"] },
    });
  });

  test("without anything odd counts nothing odd", async () => {
    const fn = start();
    await fn.deliver(payload(entry()));
    for (const name of ["ValuesMissing", "FieldIgnored", "ChangeQuarantined", "failures"]) {
      expect(fn.lastLine()).not.toHaveProperty(name);
    }
  });

  test("too large is refused before its signature is looked at", async () => {
    const result = await start().send(postOf("x".repeat(4 * 1024 * 1024 + 1), undefined));
    expect(result).toMatchObject({ statusCode: 413, body: "size" });
  });

  test("that is not understood is refused with 400", async () => {
    expect(await start().deliver("{}")).toMatchObject({ statusCode: 400, body: "payload" });
  });

  test.each([
    ["DynamoDB fails", { dynamodb: { send: () => Promise.reject(new Error("x")) } as never }, 500],
    ["no app secret is set", { readSecret: async () => '{"verifyToken":"t"}' }, 503],
    ["no secret can be read", { readSecret: () => Promise.reject(new Error("x")) }, 503],
  ])("while %s is answered 5xx: Meta sends it again", async (_, difference, statusCode) => {
    const fn = start(difference);
    const result = await fn.deliver(payload(entry()));
    expect(result).toMatchObject({ statusCode, body: "try again" });
  });
});

describe("a signature that no app secret made", () => {
  test.each([
    ['{"object":"whatsapp_business_account"}', "signature mismatch"],
    ['{ "object" : \n "whatsapp_business_account" }', "signature mismatch"],
    ['{"entry":[],"object":\t"whatsapp_business_account"}', "signature mismatch"],
    ['é{"object":"whatsapp_business_account"}', "signature mismatch"],
    ['{"object":"whatsapp_business_accounts"}', "foreign signature mismatch"],
    ['{"object":"page"}', "foreign signature mismatch"],
    ['{"objects":"whatsapp_business_account"}', "foreign signature mismatch"],
    ["whatsapp_business_account", "foreign signature mismatch"],
    ["", "foreign signature mismatch"],
  ])("of %j is called a %s", async (body, reason) => {
    const fn = start();
    expect(await fn.send(postOf(body, sign(body, OLD_APP_SECRET)))).toMatchObject({
      statusCode: 401,
      body: reason,
    });
    expect(fn.dynamodb.rows.size, "nothing is stored").toBe(0);
  });
});

describe("a tick", () => {
  test("is answered nothing, and says so in one line", async () => {
    const fn = start();
    expect(await fn.tick()).toBeUndefined();
    expect(fn.lastLine()).toMatchObject({ level: "INFO", message: "outbox relayed", RelayRun: 1 });
    expect(fn.lastLine()).not.toHaveProperty("counted");
  });

  test("that can't read the outbox fails with its cause, and says so in its line", async () => {
    const cause = new TypeError("x");
    const fn = start({ dynamodb: { send: () => Promise.reject(cause) } as never });
    const error = await fn.tick().catch((each) => each);
    expect(error).toEqual(new Error("The outbox could not be read"));
    expect(error.cause).toBe(cause);
    expect(fn.lastLine()).toMatchObject({
      level: "ERROR",
      counted: "at least",
      RelayFailed: 1,
      failures: { RelayFailed: ["TypeError"] },
    });
  });

  test("reads again a secret that is five minutes old, also when the outbox can't be read", async () => {
    for (const difference of [
      {},
      { dynamodb: { send: () => Promise.reject(Error("x")) } as never },
    ]) {
      const fn = start(difference);
      await fn.tick().catch(() => {});
      expect(fn.counts.reads).toBe(1);
      fn.clock.now += 5 * 60_000;
      await fn.tick().catch(() => {});
      expect(fn.counts.reads).toBe(2);
    }
  });
});
