import { once } from "node:events";
import type { RequestOptions } from "node:http";
import { connect } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { startGateway } from "../../../infra/local/gateway.ts";
import type { toHttpEvent } from "../../../infra/local/http-event.ts";
import type { HttpResult } from "../../../lambda/shared/http.ts";
import type { LambdaContext } from "../../../lambda/shared/invocation.ts";
import { rawRequest } from "../../support/raw-request.ts";

type Event = ReturnType<typeof toHttpEvent>;

let handle: (event: Event, invocation: LambdaContext) => Promise<HttpResult | undefined>;
const seen: Event[] = [];

function ok(): HttpResult {
  return { statusCode: 200, headers: { "x-own": "1" }, body: "héllo" };
}

const gateway = await startGateway(async (event, invocation) => {
  seen.push(event as Event);
  return handle(event as Event, invocation);
}, 0);
afterAll(() => gateway.stop());

function send(path = "/webhook", options: RequestOptions = {}, body?: string | Buffer) {
  return rawRequest(new URL(path, gateway.url), options, body);
}

/** The event that the function saw of this request. */
async function eventOf(...input: Parameters<typeof send>): Promise<Event> {
  handle = async () => ok();
  seen.length = 0;
  expect(await send(...input)).toMatchObject({
    status: 200,
    headers: { "x-own": "1" },
    text: "héllo",
  });
  expect(seen).toHaveLength(1);
  return seen[0] as Event;
}

function post(contentType: string, body: string | Buffer) {
  const headers = { "content-type": contentType };
  return eventOf("/webhook", { method: "POST", headers }, body);
}

const PARAMETER = { rawPath: "/webhook", rawQueryString: "a=1", queryStringParameters: { a: "1" } };

const NO_COOKIE = expect.not.objectContaining({ cookie: expect.anything() });

describe("a request's event", () => {
  test.each<[string, RequestOptions, object]>([
    [
      "lower-case header names, repeated headers joined by a comma",
      { headers: { "X-Hub-Signature-256": ["sha256=a", "sha256=b"], "CONTENT-Type": "text/x" } },
      { headers: { "x-hub-signature-256": "sha256=a,sha256=b", "content-type": "text/x" } },
    ],
    [
      "cookies in a list of their own",
      { headers: { cookie: ["a=1; b=2", "c=3"] } },
      { cookies: ["a=1", "b=2", "c=3"], headers: NO_COOKIE },
    ],
    [
      "version, route, method and source",
      { method: "POST", headers: { "user-agent": "me" } },
      {
        version: "2.0",
        routeKey: "POST /webhook",
        requestContext: {
          http: { method: "POST", path: "/webhook", sourceIp: "127.0.0.1", userAgent: "me" },
          stage: "$default",
          time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        },
      },
    ],
    ["the path of a whole address", { path: "http://127.0.0.1:1/webhook?a=1" }, PARAMETER],
    ["one of another host", { path: "HTTP://other.example/webhook?a=1" }, PARAMETER],
    ["that of the page", { path: "/incident?a=1" }, { ...PARAMETER, rawPath: "/incident" }],
  ])("has %s", async (_what, options, expected) => {
    expect(await eventOf("/webhook", options)).toMatchObject(expected);
  });

  test("has neither body nor parameters where there are none", async () => {
    const event = await eventOf("/webhook?");
    expect(event).toMatchObject({ rawQueryString: "", isBase64Encoded: false });
    expect(event).not.toHaveProperty("queryStringParameters");
    expect(event).not.toHaveProperty("body");
  });

  test("has the query as it came, and its parameters decoded and joined", async () => {
    const query = "hub.mode=subscribe&a=1&a=2+%C3%A4&hub.challenge=%31%2f?&empty=&__proto__=x";
    const { rawQueryString, queryStringParameters = {} } = await eventOf(`/webhook?${query}`);
    expect(rawQueryString).toBe(query);
    expect(Object.entries(queryStringParameters)).toEqual([
      ["hub.mode", "subscribe"],
      ["a", "1,2 ä"],
      ["hub.challenge", "1/?"],
      ["empty", ""],
      ["__proto__", "x"],
    ]);
  });

  const JSON_TEXT = '\ufeff{"a": "ä\\u00e4 \u{1f600}"}\r\n';
  const IN_BASE64 = Buffer.from(JSON_TEXT).toString("base64");

  test.each([
    ["text/plain", JSON_TEXT],
    ["Application/JSON; charset=utf-8", JSON_TEXT],
    ["application/xml", JSON_TEXT],
    ["application/javascript", JSON_TEXT],
    ["application/octet-stream", IN_BASE64],
    ["application/x-www-form-urlencoded", IN_BASE64],
    ["", IN_BASE64],
  ])("has a body of type '%s' as text or in base64, as on AWS", async (type, body) => {
    const isBase64Encoded = body === IN_BASE64;
    expect(await post(type, JSON_TEXT)).toMatchObject({ body, isBase64Encoded });
  });

  test("keeps bytes that are no UTF-8, whatever their type says", async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0x7d]);
    const event = await post("application/json", bytes);
    expect(event.isBase64Encoded).toBe(true);
    expect(Buffer.from(event.body ?? "", "base64")).toEqual(bytes);
  });

  test("comes with the function's time limit, from when it begins", async () => {
    let millisecond = 7;
    const clocked = await startGateway(
      async (_, invocation) => {
        const before = invocation.getRemainingTimeInMillis();
        millisecond += 4_000;
        const after = invocation.getRemainingTimeInMillis();
        return { ...ok(), body: `${before} ${after}` };
      },
      0,
      () => millisecond,
    );
    expect(await (await fetch(clocked.url)).text()).toBe("60000 56000");
    await clocked.stop();
  });
});

test.each([
  ["fails", () => Promise.reject(new Error("secret"))],
  ["answers nothing", async () => undefined],
])("the answer is 500 when the function %s", async (_, failing) => {
  handle = failing;
  const answer = await send();
  expect(answer).toMatchObject({ status: 500, text: '{"message":"Internal Server Error"}' });
});

test.each([
  ["GET", "/"],
  ["POST", "/webhook/"],
  ["GET", "/webhook/x?y"],
  ["GET", "http://127.0.0.1"],
  ["PUT", "/webhook"],
  ["DELETE", "/webhook"],
  ["OPTIONS", "/webhook"],
])("a request without a route %s %s is not found", async (method, path) => {
  seen.length = 0;
  const answer = await send("/", { method, path }, method === "POST" ? "body" : undefined);
  expect(answer).toMatchObject({ status: 404, text: '{"message":"Not Found"}' });
  expect(seen).toEqual([]);
});

describe("a request beyond the limits", () => {
  test("is refused for more than 10,240 bytes of headers", async () => {
    handle = async () => ok();
    expect(await send("/webhook", { headers: { x: "a".repeat(9_500) } })).toMatchObject({
      status: 200,
    });
    expect(await send("/webhook", { headers: { x: "a".repeat(10_300) } })).toMatchObject({
      status: 431,
    });
  });

  test("reaches the function with 10 MB, and is refused with a byte more", async () => {
    const limit = 10 * 1024 * 1024;
    const event = await post("application/json", "a".repeat(limit));
    expect(event.body).toHaveLength(limit);
    for (const headers of [{ "content-length": limit + 1 }, { "transfer-encoding": "chunked" }]) {
      const answer = await send("/webhook", { method: "POST", headers }, Buffer.alloc(limit + 1));
      expect(answer).toMatchObject({
        status: 413,
        headers: { connection: "close" },
        text: '{"message":"Request Entity Too Large"}',
      });
    }
  });

  test.each(["/webhook", "/elsewhere"])("is cut off when it never ends, on %s", async (path) => {
    const socket = connect(Number(new URL(gateway.url).port), "127.0.0.1");
    socket.on("error", () => {});
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n`);
    const flood = setInterval(() => socket.write(Buffer.alloc(64 * 1024)), 1);
    const [head] = await once(socket, "data");
    expect(String(head)).toMatch(/^HTTP\/1\.1 4(13|04) /);
    await once(socket, "close");
    clearInterval(flood);
  });
});

test("a gateway that stops answers what is under way, and takes no more", async () => {
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const other = await startGateway(async () => {
    begun.resolve();
    await go.promise;
    return ok();
  }, 0);
  const answer = fetch(other.url);
  await begun.promise;
  const stopped = other.stop();
  await expect(fetch(other.url)).rejects.toThrow();
  go.resolve();
  expect((await answer).status).toBe(200);
  await stopped;
});
