import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { LocalRun } from "../../infra/local/run-file.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Nothing of the machine's settings of AWS, npm or Meta. */
const { PATH, NODE_COMPILE_CACHE } = process.env;
const OWN_ENV = { PATH, NODE_COMPILE_CACHE };

/** What a command says it is doing once that takes long, as on a busy machine. */
export const PROGRESS = /^.+ …\n/gm;

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the script behind `npm run <name>` (`local`: `npm start`) as a user does, its output piped. */
export function runScript(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const options = { cwd: ROOT, env: { ...OWN_ENV, ...env }, maxBuffer: 64 * 1024 * 1024 };
  return new Promise<Ended>((resolve) => {
    execFile(process.execPath, [toEntry(name), ...args], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err: err.replace(PROGRESS, "") });
    });
  });
}

/** `npm run …`, as a user types it. */
export function runNpm(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile("npm", ["run", "--silent", ...args], { cwd: ROOT, env: OWN_ENV }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

export interface LocalProcess {
  readonly child: ChildProcess;
  readonly address: LocalRun;
  /** All of stdout so far. */
  readonly lines: readonly string[];
  /** Sends the signal, and returns exit code or signal. */
  end(signal: NodeJS.Signals): Promise<number | string>;
}

/** Starts `npm start -- --json --port 0 …` and waits for its line. */
export async function startLocalProcess(...args: string[]): Promise<LocalProcess> {
  const child = spawn(process.execPath, ["infra/local/main.ts", "--json", "--port", "0", ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on("line", (line) => lines.push(line));
  await Promise.race([once(output, "line"), once(child, "exit")]);
  if (lines[0] === undefined) throw new Error(`The local run ended with ${child.exitCode}`);
  return {
    child,
    lines,
    address: JSON.parse(lines[0]),
    async end(signal) {
      const exit = once(child, "exit");
      child.kill(signal);
      const [code, by] = await exit;
      return code ?? by;
    },
  };
}

export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), "local-"));
}

function toEntry(name: string): string {
  return name === "local" ? "infra/local/main.ts" : `infra/commands/${name}/main.ts`;
}
