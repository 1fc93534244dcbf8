import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GRAPH_URL, GRAPH_VERSION } from "../../lambda/meta/graph.ts";
import { COMMANDS } from "./commands.ts";
import { readDocument } from "./documents.ts";

const VARIABLES = {
  TOKEN: "token",
  WABA_ID: "102290129340398",
  BUSINESS_ID: "506914307656634",
  PHONE_NUMBER_ID: "106540352242922",
  PIN: "123456",
};

const seen: string[] = [];
const server = createServer(async (request, response) => {
  const body = await text(request);
  seen.push(`${request.method} ${request.url} ${body} ${request.headers.authorization}`.trim());
  response.end("{}");
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => server.close());

describe("the runbook's calls to Meta's Graph API", () => {
  const calls = COMMANDS.filter(({ words }) => words[0] === "curl");

  test("ask what Meta documents, each with its parameters", async () => {
    for (const { text: call } of calls) await run(call);
    const { WABA_ID, PHONE_NUMBER_ID, BUSINESS_ID } = VARIABLES;
    expect(seen.map((call) => call.replace(`/${GRAPH_VERSION}`, ""))).toEqual([
      `GET /${WABA_ID}/phone_numbers?fields=id,display_phone_number,is_pin_enabled  Bearer token`,
      `POST /${PHONE_NUMBER_ID} {"pin":"123456"} Bearer token`,
      `GET /${PHONE_NUMBER_ID}?fields=is_pin_enabled  Bearer token`,
      `GET /${WABA_ID}/assigned_users?business=${BUSINESS_ID}  Bearer token`,
      `GET /${WABA_ID}/activities?fields=event_type,timestamp,actor_id,actor_name,ip_address  Bearer token`,
      `GET /${WABA_ID}/subscribed_apps  Bearer token`,
      `POST /${PHONE_NUMBER_ID}/register {"messaging_product":"whatsapp","pin":"123456"} Bearer token`,
    ]);
  });

  test("use variables that the runbook sets or asks for", () => {
    const runbook = readDocument("infra/RUNBOOK.md");
    for (const name of Object.keys(VARIABLES)) expect(runbook).toMatch(new RegExp(`\\b${name}\\b`));
  });

  async function run(call: string): Promise<void> {
    const { port } = server.address() as AddressInfo;
    const script = call.replace(GRAPH_URL, `http://127.0.0.1:${port}`);
    await promisify(execFile)("sh", ["-c", script], { env: { ...process.env, ...VARIABLES } });
  }
});
