import { rmSync } from "node:fs";
import { type LocalOptions, startLocal } from "../../infra/local/local.ts";
import { makeFolder } from "./processes.ts";

/** A local run in this process and in memory, whose folder goes with it. */
export async function startLocalRun(options: Partial<LocalOptions> = {}) {
  const data = makeFolder();
  const local = await startLocal({ port: 0, data, memory: true, writeLine: () => {}, ...options });
  async function stop(): Promise<void> {
    await local.stop();
    rmSync(data, { recursive: true });
  }
  return { ...local, data, stop };
}
