import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { environment } from "./clients.ts";
import { NODE_FIRST } from "./environment.ts";

const ROOT = join(import.meta.dirname, "../..");
const PRELOAD = pathToFileURL(join(import.meta.dirname, "localhost.ts"));

/** Runs scripts of bash in the project's folder, or another checkout of it, as a user would. */
export function createShell(folder = ROOT) {
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
    const options = { cwd: folder, env, timeout: 300_000 };
    const child = spawn("bash", ["-euo", "pipefail", "-c", script], options);
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    child.stdin.on("error", () => {}).end(input);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { stdout, stderr, code: await ended };
  }

  return {
    /** What the script wrote to stdout. Throws, with all that it wrote, when it fails. */
    async run(script: string, input = ""): Promise<string> {
      const { stdout, stderr, code } = await start(script, input);
      if (code === 0) return stdout;
      throw new Error(`Exit code ${code} of ${script}\n${stdout}\n${stderr}`);
    },
    /** The same of a script that may say by its exit code that not all is well. */
    async ask(script: string): Promise<string> {
      return (await start(script, "")).stdout;
    },
  };
}
