import * as v from "valibot";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  createGraph,
  GRAPH_URL,
  GRAPH_VERSION,
  type GraphRequest,
} from "../../../lambda/meta/graph.ts";
import {
  explain,
  GraphError,
  isPassing,
  isRefusal,
  MetaError,
  MetaUnavailableError,
} from "../../../lambda/meta/graph-error.ts";
import { serve } from "../../support/serve.ts";

const seen: { method: string; url: string; authorization: string; type: string; body: string }[] =
  [];
let answer: { status: number; body: string; location?: string };
const { url: baseUrl, stop } = await serve(async (request, response) => {
  const body = Buffer.concat(await Array.fromAsync(request)).toString();
  const { method = "", url = "", headers } = request;
  const { authorization = "", "content-type": type = "" } = headers;
  seen.push({ method, url, authorization, type, body });
  const location = answer.location && { location: answer.location };
  response.writeHead(answer.status, { ...location }).end(answer.body);
});

afterAll(stop);
beforeEach(() => {
  seen.length = 0;
  answer = { status: 200, body: '{"name":"App"}' };
});

const Named = v.object({ name: v.string() });
const TOKEN = "1234|very-secret";

function send(difference: Partial<GraphRequest<{ name: string }>> = {}, url = baseUrl) {
  const graph = createGraph({ baseUrl: url, version: "v25.0" });
  return graph.send({ method: "GET", path: "/1", token: TOKEN, answer: Named, ...difference });
}

async function failureOf(given: { status: number; body: unknown }): Promise<Error> {
  const body = typeof given.body === "string" ? given.body : JSON.stringify(given.body);
  answer = { status: given.status, body };
  return send().then(
    () => expect.fail("Meta's refusal was taken for an answer"),
    (error) => error,
  );
}

test("Meta's own address and version are the defaults", () => {
  expect([GRAPH_URL, GRAPH_VERSION]).toEqual(["https://graph.facebook.com", "v25.0"]);
});

describe("a request to the Graph API", () => {
  test("carries its token in a header only", async () => {
    expect(await send()).toEqual({ name: "App" });
    expect(seen).toEqual([
      { method: "GET", url: "/v25.0/1", authorization: `Bearer ${TOKEN}`, type: "", body: "" },
    ]);
  });

  test("that reads has its parameters in the address, one that writes in the body", async () => {
    const params = { fields: "id,name", x: "a&b" };
    await send({ params });
    await send({ params, method: "POST" });
    await send({ method: "POST" });
    expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([
      ["GET", "/v25.0/1?fields=id%2Cname&x=a%26b", ""],
      ["POST", "/v25.0/1", "fields=id%2Cname&x=a%26b"],
      ["POST", "/v25.0/1", ""],
    ]);
    expect(seen[1]?.type).toMatch(/^application\/x-www-form-urlencoded/);
  });

  test("takes an address with slashes at its end, and names it as given", async () => {
    await send({}, `${baseUrl}//`);
    expect(seen[0]?.url).toBe("/v25.0/1");
    expect(createGraph({ baseUrl: "https://x/", version: "v1" }).baseUrl).toBe("https://x/");
  });

  test("follows no redirect, which would carry the token elsewhere", async () => {
    answer = { status: 302, body: "", location: `${baseUrl}/elsewhere` };
    await expect(send()).rejects.toThrow(/answered 302 with something/);
    expect(seen).toHaveLength(1);
  });
});

describe("an answer of the Graph API", () => {
  test.each([
    [200, "no JSON"],
    [200, "{}"],
    [200, '{"name":1}'],
    [500, '{"name":"App"}'],
    [503, ""],
  ])("that can't be understood is no answer: %i %j", async (status, body) => {
    const error = await failureOf({ status, body });
    expect(error).toBeInstanceOf(MetaUnavailableError);
    expect(error.message).toMatch(`The Graph API at ${baseUrl} answered ${status} with something`);
    expect(error.message).toMatch(/: check --graph-url and --graph-version, or try again later\.$/);
  });

  test("is an error with Meta's words and codes, whatever the status", async () => {
    const body = { error: { message: "Nope.", code: 190, error_subcode: 460 } };
    for (const status of [200, 400]) {
      const error = await failureOf({ status, body });
      expect(error).toBeInstanceOf(GraphError);
      expect(error).toMatchObject({ message: "Nope.", code: 190, subcode: 460 });
      expect((error as GraphError).detail).toBe("Meta says: Nope; code 190, subcode 460");
    }
    const bare = await failureOf({ status: 400, body: { error: {} } });
    expect((bare as GraphError).detail).toBe("Meta says: no message; code 0");
    expect(bare).toMatchObject({ subcode: undefined, name: "GraphError" });
  });

  test("never comes is an error with the reason and without path and token", async () => {
    const error: Error = await send({}, "http://127.0.0.1:9/x").catch((thrown) => thrown);
    expect(error).toBeInstanceOf(MetaUnavailableError);
    expect(error).toMatchObject({ name: "MetaUnavailableError", cause: { name: "TypeError" } });
    expect(error.message).toMatch(
      /^The Graph API at http:\/\/127\.0\.0\.1:9 does not answer \([^/)]+\): check the network, the proxy and --graph-url\.$/,
    );
  });
});

describe("what Meta quotes", () => {
  test("is shown without any secret that was sent", async () => {
    const params = { input_token: "EAA/+1", verify_token: "ver ify", appsecret_proof: "pr00f" };
    const quoted = [TOKEN, "very-secret", encodeURIComponent(TOKEN), ...Object.values(params)];
    const encoded = Object.values(params).map(encodeURIComponent);
    const message = `Malformed: ${[...quoted, ...encoded, "end"].join(" , ")}`;
    answer = { status: 400, body: JSON.stringify({ error: { message } }) };
    const error: Error = await send({ params }).catch((thrown) => thrown);
    expect(error.message).toBe(`Malformed: ${"… , ".repeat(9)}end`);
  });

  test("is shown whole where nothing secret is in it", async () => {
    answer = { status: 400, body: JSON.stringify({ error: { message: "A | b is undefined" } }) };
    const error: Error = await send({ token: "EAA" }).catch((thrown) => thrown);
    expect(error.message).toBe("A | b is undefined");
  });
});

describe("Meta's refusals in our words", () => {
  const RATE = "Meta's rate limit is reached: try again in an hour";
  const FAULT = "Meta has a passing fault: try again in a minute";

  test.each<[number, string, typeof MetaError | typeof MetaUnavailableError]>([
    [1, FAULT, MetaUnavailableError],
    [2, FAULT, MetaUnavailableError],
    [4, RATE, MetaUnavailableError],
    [17, RATE, MetaUnavailableError],
    [613, RATE, MetaUnavailableError],
    [80007, RATE, MetaUnavailableError],
    [80008, RATE, MetaUnavailableError],
    ...[0, 3, 5, 100, 190].map((code): [number, string, typeof MetaError] => [
      code,
      "Refused",
      MetaError,
    ]),
  ])("code %i is explained: %s, with all of Meta's sentences", (code, sentence, kind) => {
    const error = new GraphError("Use v25.0. Or wait.", code, 5);
    expect(isPassing(error)).toBe(kind === MetaUnavailableError);
    const detail = `Meta says: Use v25.0. Or wait; code ${code}, subcode 5`;
    const explained = explain(error, "Refused");
    expect(explained).toBeInstanceOf(kind);
    expect(explained).toMatchObject({ name: kind.name, message: `${sentence} (${detail}).` });
  });

  test("may go by the code, which they keep", () => {
    expect(explain(new GraphError("No", 100), (code) => `Code ${code}`)).toMatchObject({
      message: "Code 100 (Meta says: No; code 100).",
      code: 100,
    });
  });

  test("leave other errors as they are", () => {
    const error = new MetaUnavailableError("Away.");
    expect(explain(error, "Refused")).toBe(error);
    expect(explain("text", "Refused")).toBe("text");
    expect(new MetaError("Refused.").code).toBe(0);
  });
});

test.each([
  [5, 400, true],
  [5, 499, true],
  [5, 399, false],
  [5, 500, false],
  [0, 400, false],
  [1, 400, false],
  [2, 400, false],
])("whether Meta did nothing, by code %i and status %i: %s", (code, status, refused) => {
  expect(isRefusal(new GraphError("No.", code, undefined, status))).toBe(refused);
});
