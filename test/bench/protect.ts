import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { entry, payload, resetRequest, securityChange, sign } from "../support/builders.ts";
import { APP_ID, startOperatorWorld, TOKEN, WABA } from "../support/operator-world.ts";
import { toSpread } from "./marks.ts";

const NUMBER = "15550783881";

/**
 * Seconds of `npm run protect`, from the command that an alert shows to the new PIN, confirmed and
 * answered: on the local run, Meta answering at once.
 */
export async function measureProtect(rounds: number): Promise<string> {
  const world = await startOperatorWorld();
  world.reset();
  world.graph.tokens.get(TOKEN)?.scopes.push("whatsapp_business_messaging");
  writeFileSync(join(world.data, "meta-token.json"), JSON.stringify({ token: TOKEN, wabaIds: [] }));
  const typed = ["--phone", NUMBER, "--as", "Ann Example", "--yes", "--data", world.data];
  const meta = ["--graph-url", world.graph.url, "--app-id", APP_ID];
  const elapsed: number[] = [];
  const machine: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      await turnOff(world.webhookUrl, round);
      const startedAt = performance.now();
      machine.push(await runTimed("npm", "run", "protect", "--", ...typed, ...meta));
      elapsed.push((performance.now() - startedAt) / 1000);
    }
  } finally {
    await world.stop();
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
