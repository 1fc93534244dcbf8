import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Counts, Ports } from "./stand-in.ts";

/** The AWS stand-ins' process. */
export interface Aws {
  /** What tells the probe where AWS is, and Node whom to trust there. */
  readonly environment: Readonly<Record<string, string>>;
  /** What was done since the last call. */
  takeCounts(): Promise<Counts>;
  stop(): void;
}

/** `delayMs`: how long each answer takes. */
export async function startAws(delayMs = 0): Promise<Aws> {
  const child = fork(join(import.meta.dirname, "stand-in.ts"), [String(delayMs)]);
  const ports = (await nextMessage(child)) as Ports;
  return {
    environment: {
      BENCH_PORTS: JSON.stringify(ports),
      NODE_EXTRA_CA_CERTS: join(import.meta.dirname, "tls/ca.pem"),
    },
    async takeCounts() {
      child.send("take");
      return (await nextMessage(child)) as Counts;
    },
    stop: () => void child.kill(),
  };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, "message");
  return message;
}
