import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Counts } from "./stand-in.ts";
import type { Ports } from "./tls-services.ts";
import type { Usage } from "./usage.ts";

/** The AWS stand-ins' process. */
export interface Aws<Counted = Counts> {
  /** What tells the probe where AWS is, and Node whom to trust there. */
  readonly environment: Readonly<Record<string, string>>;
  /** What was done since the last call. */
  takeCounts(): Promise<Counted>;
  stop(): void;
}

/** `delayMs`: how long each answer takes. */
export function startAws(delayMs = 0): Promise<Aws> {
  return start("stand-in.ts", delayMs);
}

/** The same with a table that keeps, refuses and finds what DynamoDB would. */
export function startStatefulAws(delayMs: number): Promise<Aws<Usage>> {
  return start("attack-services.ts", delayMs);
}

async function start<Counted>(module: string, delayMs: number): Promise<Aws<Counted>> {
  const child = fork(join(import.meta.dirname, module), [String(delayMs)]);
  const ports = (await nextMessage(child)) as Ports;
  return {
    environment: {
      BENCH_PORTS: JSON.stringify(ports),
      NODE_EXTRA_CA_CERTS: join(import.meta.dirname, "tls/ca.pem"),
    },
    async takeCounts() {
      child.send("take");
      return (await nextMessage(child)) as Counted;
    },
    stop: () => void child.kill(),
  };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, "message");
  return message;
}
