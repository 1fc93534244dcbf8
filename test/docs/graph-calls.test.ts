import { execFile } from "node:child_process";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { GRAPH_URL, GRAPH_VERSION } from "../../lambda/meta/graph.ts";
import { findGraphFault, type GraphCall } from "../support/graph-specification.ts";
import { serve } from "../support/serve.ts";
import { COMMANDS } from "./commands.ts";
import { DOCUMENTS, readDocument } from "./documents.ts";

const VARIABLES = {
  TOKEN: "token",
  WABA_ID: "102290129340398",
  BUSINESS_ID: "506914307656634",
  PHONE_NUMBER_ID: "106540352242922",
  PIN: "123456",
};

interface SeenCall extends GraphCall {
  readonly authorization: string | undefined;
}

const seen: SeenCall[] = [];
const { url: graphUrl, stop } = await serve(async (request, response) => {
  const url = new URL(request.url ?? "", "http://graph");
  const params = new URLSearchParams([
    ...url.searchParams,
    ...new URLSearchParams(await text(request)),
  ]);
  const path = url.pathname.replace(`/${GRAPH_VERSION}`, "");
  const { authorization } = request.headers;
  seen.push({ method: request.method ?? "", path, params, authorization });
  response.end("{}");
});

afterAll(stop);

describe("the runbook's calls to Meta's Graph API", () => {
  const [definition = ""] = /^graph\(\) .+$/m.exec(readDocument("infra/RUNBOOK.md")) ?? [];
  const calls = COMMANDS.filter(({ words }) => words[0] === "graph");

  test("are what Meta's specification has, with the typed token and PIN", async () => {
    for (const { text: call } of calls) await run(call);
    expect(seen).toHaveLength(calls.length);
    expect(seen.length).toBeGreaterThan(6);
    expect(seen.map(findGraphFault).filter(Boolean)).toEqual([]);
    expect(new Set(seen.map(({ authorization }) => authorization))).toEqual(
      new Set(["Bearer token"]),
    );
    const pins = seen.filter(({ method }) => method === "POST");
    expect(pins.map(({ params }) => new Map(params).get("pin"))).toEqual(["123456", "123456"]);
  });

  test.each([
    ["GET", "/1/activities", "fields=event_type,timestamp", "has no field event_type"],
    ["GET", "/1/activities", "fields=limit", "has no field limit"],
    ["GET", "/1/activities", "is_pin_enabled=true", "has no parameter is_pin_enabled"],
    ["GET", "/1/activities", "fields=is_pin_enabled", "has no field is_pin_enabled"],
    ["GET", "/1/activities", "timestamp=1", "has no parameter timestamp"],
    ["POST", "/1", "is_pin_enabled=true", "has no parameter is_pin_enabled"],
    ["POST", "/1/subscribed_apps", "limit=1", "has no parameter limit"],
    ["GET", "/1/activity", "", "is in no specification"],
  ])("are red with what Meta does not have: %s %s?%s", (method, path, query, fault) => {
    const params = new URLSearchParams(query);
    expect(findGraphFault({ method, path, params })).toContain(fault);
  });

  test("put neither token nor PIN on a command line or into the environment", () => {
    expect(definition).toContain("curl -sS -K -");
    const text = readDocument("infra/RUNBOOK.md");
    expect(text).not.toMatch(/export .*(TOKEN|PIN)|curl[^|\n]*\$(TOKEN|PIN)/);
  });

  async function run(call: string): Promise<void> {
    const values = Object.entries(VARIABLES).map(([name, value]) => `${name}=${value}`);
    const script = `${values.join("; ")}; ${definition}\n${call}`;
    const local = script.replace(GRAPH_URL, graphUrl);
    await promisify(execFile)("sh", ["-c", local]);
  }
});

test("every call that a document names is in Meta's specification", () => {
  const named = DOCUMENTS.flatMap((file) => [
    ...readDocument(file).matchAll(
      /`(GET|POST|DELETE) (\/\{[\w-]+\}(?:\/\w+)?)(?:\?fields=([\w,]+))?`/g,
    ),
  ]);
  const faults = named.map(([, method = "", path = "", fields]) =>
    findGraphFault({
      method,
      path: path.replace(/\{[\w-]+\}/, "1"),
      params: fields ? [["fields", fields]] : [],
    }),
  );
  expect(named.length).toBeGreaterThan(1);
  expect(faults.filter(Boolean)).toEqual([]);
});
