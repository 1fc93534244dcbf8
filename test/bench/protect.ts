import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  APP_SECRET,
  entry,
  payload,
  resetRequest,
  securityChange,
  sign,
} from "../support/builders.ts";
import { startGraphApi } from "../support/graph-api.ts";
import { makeFolder, startLocalProcess } from "../support/processes.ts";
import { toSpread } from "./marks.ts";

const NUMBER = "15550783881";
const [APP_ID, WABA, TOKEN] = ["1234567890123456", "102290129340398", "EAAJtokenOfTheBench"];
const SCOPES = ["whatsapp_business_management", "whatsapp_business_messaging"];

/**
 * Seconds of `npm run protect`, from the command that an alert shows to the new PIN, confirmed and
 * answered: on the local run, Meta answering at once.
 */
export async function measureProtect(rounds: number): Promise<string> {
  const data = makeFolder();
  const graph = await startGraphApi();
  graph.apps.set(APP_ID, { name: "Bench", secret: APP_SECRET });
  const number = { id: "7", display_phone_number: `+${NUMBER}`, is_pin_enabled: false };
  graph.accounts.set(WABA, { apps: [APP_ID], numbers: [number] });
  graph.tokens.set(TOKEN, { appId: APP_ID, scopes: SCOPES, wabaIds: [WABA] });
  writeFileSync(join(data, "meta-token.json"), JSON.stringify({ token: TOKEN, wabaIds: [] }));
  const local = await startLocalProcess("--data", data, "--app-secret", APP_SECRET);
  const meta = ["--graph-url", graph.url, "--app-id", APP_ID];
  const elapsed: number[] = [];
  const machine: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      await turnOff(local.address.webhookUrl, round);
      const startedAt = performance.now();
      const typed = ["--phone", NUMBER, "--as", "Ann Example", "--yes", "--data", data];
      machine.push(await runTimed("npm", "run", "protect", "--", ...typed, ...meta));
      elapsed.push((performance.now() - startedAt) / 1000);
    }
  } finally {
    await Promise.all([local.end("SIGTERM"), graph.close()]);
    rmSync(data, { recursive: true });
  }
  const [cpu, wall] = [toSpread(machine), toSpread(elapsed)];
  return `npm run protect, from the alert's command to the confirmed PIN, median of ${rounds}: ${toText(cpu)} of machine time (CPU), ${toText(wall)} elapsed`;
}

function toText({ median, min }: { median: number; min: number }): string {
  return `${median.toFixed(2)} s (best ${min.toFixed(2)} s)`;
}

/** Seconds of CPU that a command and its children take. Throws where it fails. */
async function runTimed(...command: string[]): Promise<number> {
  const script = '"$@" > /dev/null; code=$?; times; exit $code';
  const { stdout } = await promisify(execFile)("bash", ["-c", script, "bash", ...command]);
  const [, children = ""] = stdout.trim().split("\n");
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
}

async function turnOff(webhookUrl: string, round: number): Promise<void> {
  const change = { event: "PIN_REQUEST_SUCCESS", display_phone_number: NUMBER };
  const time = Math.floor(Date.now() / 1000) - 1_000 + round;
  const body = payload(entry({ id: WABA, time, changes: [securityChange(resetRequest(change))] }));
  const headers = { "x-hub-signature-256": sign(body) };
  const { status } = await fetch(webhookUrl, { method: "POST", headers, body });
  if (status !== 200) throw new Error(`The delivery was answered ${status}`);
}
