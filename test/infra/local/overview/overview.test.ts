import type { RequestOptions } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LOCAL_AWS } from "../../../../infra/local/engines/local-aws.ts";
import { startGateway } from "../../../../infra/local/gateway.ts";
import { createOverview } from "../../../../infra/local/overview/overview.ts";
import { toWatchedSystem } from "../../../../infra/local/watchdog.ts";
import { createDynamoDB } from "../../../../lambda/shared/clients.ts";
import { payload, resetRequest, securityChange, sign } from "../../../support/builders.ts";
import { startLocalRun } from "../../../support/local-run.ts";
import { rawRequest } from "../../../support/raw-request.ts";
import { runHere } from "../../../support/run-here.ts";

let local: Awaited<ReturnType<typeof startLocalRun>>;
let data: string;
let port: string;

beforeEach(async () => {
  local = await startLocalRun({ repeatAfterMinutes: [1 / 60, 2 / 60] });
  data = local.data;
  port = new URL(local.address.webhookUrl).port;
});
afterEach(() => local.stop());

function ask(options: RequestOptions = {}) {
  return rawRequest(`http://127.0.0.1:${port}/`, options);
}

async function deliver(id: string, value: object): Promise<void> {
  const time = Math.floor(Date.now() / 1000);
  const body = payload({ id, time, changes: [securityChange(value)] });
  const headers = {
    "content-type": "application/json",
    "x-hub-signature-256": sign(body, local.address.appSecrets[0]),
  };
  const { webhookUrl } = local.address;
  expect((await fetch(webhookUrl, { method: "POST", headers, body })).status).toBe(200);
}

describe("the local run's page at /", () => {
  test("says before the first event what to do next", async () => {
    const { status, headers, text } = await ask();
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(text).toContain("All is well");
    expect(text).toContain("None yet: a number appears with its first event.");
    expect(text).toContain(`npm run simulate -- --data ${data}`);
    expect(text).toContain(local.address.webhookUrl);
    expect(text).not.toContain(local.address.verifyToken);
  });

  test("shows a newcomer what npm run simulate has brought about, and leads to the answer", async () => {
    expect((await runHere("simulate", ["--data", data])).out).toBe("200 ok\n");
    await expect
      .poll(async () => (await ask()).text, { message: "the alert is shown as it was sent" })
      .toContain("WhatsApp local run: 2-step verification reset requested, number ..3881.");
    await expect
      .poll(async () => (await ask()).text, { message: "it repeats until somebody answers" })
      .toContain("repeat</span>");
    const { text } = await ask();
    expect(text).toContain(`${new URL(local.address.webhookUrl).origin}/incident?`);
    expect(text).toContain("1 reset unanswered since ");
    expect(text).toContain("+15550783881");
    expect(text).toContain("reset requested");
    expect(text).toContain("not answered");
    expect(text).toContain("Alert subscribers");

    const links = [...text.matchAll(/href="([^"]*incident[^"]*)"/g)].map(([, link = ""]) =>
      link.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
    );
    expect(links.length, "number, event and message lead to the alert").toBeGreaterThan(2);
    const base = new URL(local.address.webhookUrl);
    expect(new Set(links.map((link) => new URL(link, base).href)).size, "all to the same").toBe(1);
    const link = new URL(links[0] ?? "", base);
    const body = new URLSearchParams({ name: "Ann Example", answer: "planned" });
    expect(await (await fetch(link, { method: "POST", body })).text()).toContain("Ann Example");

    await expect
      .poll(async () => (await ask()).text, { message: "the announcement is shown too" })
      .toContain("acknowledged</span>");
    const answered = (await ask()).text;
    expect(answered).toContain("All is well: 1 number known");
    expect(answered).toContain("this was planned");
    expect(answered).not.toContain("not answered");
  });

  test("leads to the alert of each number, however many events came since", async () => {
    await deliver("102290129340398", resetRequest({ display_phone_number: "15550783889" }));
    for (let count = 1; count <= 21; count += 1) {
      await deliver(String(count), resetRequest({ display_phone_number: "1", event: "PIN_ODD" }));
    }
    const { text } = await ask();
    expect(text.split("Latest events")[1]?.split("</section>")[0]).not.toContain("+15550783889");
    expect(text).toContain("See the alert and answer");
  });

  test("may load nothing but its own style, and is kept nowhere", async () => {
    const { headers, text } = await ask();
    expect(headers["content-security-policy"]).toMatch(
      /^default-src 'none'; form-action 'self'; style-src 'sha256-[\w+/]{43}='; frame-ancestors 'none'/,
    );
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
    expect(headers).not.toHaveProperty("access-control-allow-origin");
    expect(text).not.toMatch(/<script| style=| on\w+=|http-equiv/i);
  });

  test("shows a stranger's text as text", async () => {
    const hostile = "<img src=x onerror=alert(1)>";
    await deliver("hostile", { display_phone_number: hostile, event: "PIN_RESET_REQUEST" });
    await deliver("hostile", resetRequest({ event: `"'><script>alert(2)</script>\u202e\u2028` }));
    await expect.poll(async () => (await ask()).text).toContain("Security event ????script");
    const { text } = await ask();
    expect(text).toContain("&#60;img src=x onerror=alert(1)&#62;");
    expect(text).not.toMatch(/<(img|script)|[\u202e\u2028]/);
  });

  test("says what can't be read", async () => {
    const dynamodb = createDynamoDB({ ...LOCAL_AWS, endpoint: "http://127.0.0.1:9" });
    const system = { ...toWatchedSystem(local.address, data, ""), dynamodb };
    const page = createOverview({ system, messages: () => [], now: Date.now });
    const gateway = await startGateway(async () => undefined, 0, undefined, page);
    const text = await (await fetch(gateway.publicUrl)).text();
    await gateway.stop();
    expect(text).toContain("The stored events can&#39;t be read at the moment.");
    expect(text).toContain("They can't be read at the moment.");
    expect(text).not.toContain("All is well");
  });

  test("answers HEAD with the same headers and no body", async () => {
    const { status, headers, text } = await ask({ method: "HEAD" });
    expect([status, headers["content-type"], text]).toEqual([200, "text/html; charset=utf-8", ""]);
  });
});
