import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  APP_SECRET,
  entry,
  payload,
  resetRequest,
  securityChange,
  sign,
} from "../../support/builders.ts";
import { type GraphApi, startGraphApi } from "../../support/graph-api.ts";
import { APP_ID, TOKEN, WABA } from "../../support/operator-world.ts";
import { makeFolder } from "../../support/processes.ts";

const NUMBER = "15550783881";
const ROOT = join(import.meta.dirname, "../../..");

const data = makeFolder();
let graph: GraphApi;
let local: ChildProcess;
/** All that the local run's terminal showed. */
let shown = "";

beforeAll(async () => {
  graph = await startGraphApi();
  graph.apps.set(APP_ID, { name: "Security hooks", secret: APP_SECRET });
  graph.accounts.set(WABA, {
    apps: [APP_ID],
    numbers: [{ id: "7", display_phone_number: "+1 555-078-3881", is_pin_enabled: true }],
  });
  const scopes = ["whatsapp_business_management", "whatsapp_business_messaging"];
  graph.tokens.set(TOKEN, { appId: APP_ID, scopes, wabaIds: [WABA] });
  // As connect --keep-token leaves it.
  const kept = JSON.stringify({ token: TOKEN, wabaIds: [WABA] });
  writeFileSync(join(data, "meta-token.json"), kept, { mode: 0o600 });
  const options = ["--port", "0", "--data", data, "--app-secret", APP_SECRET];
  const meta = ["--protect-by-link", "--graph-url", graph.url, "--app-id", APP_ID];
  const repeats = ["--repeat-after", "30s,60s"];
  const args = ["infra/local/main.ts", ...options, ...meta, ...repeats];
  local = spawn(process.execPath, args, { cwd: ROOT });
  for (const stream of [local.stdout, local.stderr]) {
    stream?.on("data", (text) => {
      shown += text;
    });
  }
  await showing(/npm run simulate/);
});
afterAll(async () => {
  const ended = once(local, "exit");
  local.kill("SIGTERM");
  await Promise.all([ended, graph.close()]);
  rmSync(data, { recursive: true });
});

/** The first part of the terminal's text that looks so. */
async function showing(words: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = words.exec(shown);
    if (found) return found;
    if (local.exitCode !== null) throw new Error(`The local run ended:\n${shown}`);
    await once(local.stdout ?? local, "data");
  }
}

/** Types a command in a terminal of its own, with an answer to its question; returns what it shows. */
async function type(command: string, answer = ""): Promise<{ code: number; text: string }> {
  const env = {
    PATH: `${join(ROOT, "node_modules/.bin")}:${process.env.PATH}`,
    HOME: data,
    TERM: "xterm",
    WHATSAPP_GRAPH_URL: graph.url,
    WHATSAPP_APP_ID: APP_ID,
  };
  const child = spawn("script", ["-qec", command, "/dev/null"], { cwd: ROOT, env });
  let text = "";
  child.stdout.on("data", (part) => {
    if (!text.includes("(y/N)") && `${text}${part}`.includes("(y/N)")) child.stdin.write(answer);
    text += part;
  });
  const [code] = await once(child, "exit");
  return { code, text };
}

test.skipIf(process.platform !== "linux")(
  "an attack is answered by the command that the alert shows: the PIN is new, and stays secret",
  async () => {
    for (const event of ["PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"]) {
      const simulate = `npm run simulate -- ${event} --data ${data} --phone ${NUMBER} --waba ${WABA} --time now`;
      expect((await type(simulate)).code).toBe(0);
    }
    const number = graph.accounts.get(WABA)?.numbers[0];
    if (number) number.is_pin_enabled = false;
    // As the alert shows it, with this run's folder.
    const [command] = await showing(/npm run protect -- .*--phone 15550783881 --as "YOUR NAME"/);
    const typed = command.replace("YOUR NAME", "Ann Example");
    const { code, text } = await type(typed, "y\r");
    expect(text).toContain("Set a new PIN for");
    expect(code, text).toBe(0);
    const pin = String(number?.pin);
    expect(pin).toMatch(/^\d{6}$/);
    // Announced by the relay's next tick.
    await showing(/Ann Example/);

    const file = join(data, "pins", NUMBER);
    expect(readFileSync(file, "utf8"), "the documented place").toBe(`${pin}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const said = [shown, text];
    const files = globSync(`${data}/**/*`).filter((each) => statSync(each).isFile());
    for (const each of files.filter((each) => each !== file))
      said.push(readFileSync(each, "latin1"));
    expect(said.filter((each) => each.includes(pin))).toEqual([]);
  },
  120_000,
);

test("an attack is answered by the button of the alert's page, which shows no PIN", async () => {
  const phone = "15550783882";
  const number = { id: "8", display_phone_number: `+${phone}`, is_pin_enabled: false, pin: "" };
  graph.accounts.get(WABA)?.numbers.push(number);
  const { webhookUrl } = JSON.parse(readFileSync(join(data, "run.json"), "utf8"));
  const time = Math.floor(Date.now() / 1000) - 5;
  const change = { event: "PIN_REQUEST_SUCCESS", display_phone_number: phone };
  const body = payload(entry({ id: WABA, time, changes: [securityChange(resetRequest(change))] }));
  const signed = { "x-hub-signature-256": sign(body) };
  await fetch(webhookUrl, { method: "POST", headers: signed, body });
  const [, page = ""] = await showing(new RegExp(`${phone}[^]*?(http://\\S+/incident\\?\\S+?)\\s`));
  expect(await (await fetch(page)).text()).toMatch(/<button [^>]*name="protect"/);
  const form = new URLSearchParams({ name: "Ben Example", protect: "now" });
  const pressed = await fetch(page, { method: "POST", body: form, redirect: "manual" });
  expect([pressed.status, pressed.headers.get("location")]).toEqual([
    303,
    expect.stringContaining("#pin"),
  ]);
  await showing(/Ben Example" asked by link for a new PIN, and it is set/);
  const after = await (await fetch(page)).text();
  expect(after).toContain("A new PIN is set");
  expect(number.pin).toMatch(/^\d{6}$/);
  expect(readFileSync(join(data, "pins", phone), "utf8")).toBe(`${number.pin}\n`);
  for (const text of [after, shown]) expect(text).not.toContain(number.pin);
}, 60_000);
