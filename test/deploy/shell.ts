import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { type Environment, NODE_FIRST } from "./environment.ts";

const ROOT = join(import.meta.dirname, "../..");
const PRELOAD = pathToFileURL(join(import.meta.dirname, "localhost.ts"));

/** Runs scripts of bash in the project's folder, or another checkout of it, as a user would. */
export interface Shell {
  /** What the script wrote to stdout. Throws, with all that it wrote, when it fails. */
  run(script: string, input?: string): Promise<string>;
  /** The same of a script that may say by its exit code that not all is well. */
  ask(script: string): Promise<string>;
}

export function createShell(environment: Environment, folder = ROOT): Shell {
  const env = {
    ...process.env,
    AWS_PROFILE: undefined,
    AWS_SESSION_TOKEN: undefined,
    ...environment,
    PATH: NODE_FIRST,
    NODE_OPTIONS: `--import=${PRELOAD}`,
    // Nobody is there to be asked.
    CI: "true",
  };

  async function start(script: string, input: string) {
    const child = spawn("bash", ["-euo", "pipefail", "-c", script], { cwd: folder, env });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    child.stdin.on("error", () => {}).end(input);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { stdout, stderr, code: await ended };
  }

  return {
    async run(script, input = "") {
      const { stdout, stderr, code } = await start(script, input);
      if (code === 0) return stdout;
      throw new Error(`Exit code ${code} of ${script}\n${stdout}\n${stderr}`);
    },
    async ask(script) {
      return (await start(script, "")).stdout;
    },
  };
}
