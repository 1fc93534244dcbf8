import { join } from "node:path";
import { vi } from "vitest";
import { PROGRESS } from "./processes.ts";

const INFRA = join(import.meta.dirname, "../../infra");

/** What `process.exit` is here. */
class Exit extends Error {}

/**
 * Runs the script behind `npm run <name>` (`local`: `npm start`) in this process, its modules evaluated again, which takes
 * a tenth of a process's time. One at a time, with nothing of this process's environment.
 */
export async function runHere(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const entry = join(INFRA, name === "local" ? name : `commands/${name}`, "main.ts");
  const { argv, env: ownEnv, exitCode } = process;
  const written = { out: "", err: "" };
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      written.out += text;
      return true;
    }),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      written.err += text;
      return true;
    }),
    vi.spyOn(process, "exit").mockImplementation((code) => {
      if (code !== undefined) process.exitCode = code;
      throw new Exit();
    }),
  ];
  try {
    vi.resetModules();
    Object.assign(process, { argv: [process.execPath, entry, ...args], exitCode: 0 });
    process.env = { PATH: ownEnv.PATH, ...env };
    await import(/* @vite-ignore */ entry).catch((error) => {
      if (!(error instanceof Exit)) throw error;
    });
    return { ...written, code: Number(process.exitCode), err: written.err.replace(PROGRESS, "") };
  } finally {
    Object.assign(process, { argv, env: ownEnv, exitCode });
    for (const spy of spies) spy.mockRestore();
  }
}
