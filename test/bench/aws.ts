import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { CA_FILE } from "../support/tls-aws.ts";
import type { Backlog } from "./backlog-items.ts";
import type { Order, Settings, Usage } from "./services.ts";

/** The AWS stand-ins' process. */
export interface Aws {
  /** By which the probe finds AWS, and Node the certificate to trust. */
  readonly environment: Readonly<Record<string, string>>;
  /** What was done since the last call. */
  take(): Promise<Usage>;
  seed(backlog: Backlog): Promise<Usage>;
  stop(): void;
}

export async function startAws(settings: Settings): Promise<Aws> {
  const child = fork(join(import.meta.dirname, "services.ts"), [JSON.stringify(settings)]);
  const port = await nextMessage(child);
  function ask(order: Order): Promise<Usage> {
    child.send(order);
    return nextMessage(child) as Promise<Usage>;
  }
  return {
    environment: { BENCH_PORT: String(port), NODE_EXTRA_CA_CERTS: CA_FILE },
    take: () => ask("take"),
    seed: (seed) => ask({ seed }),
    stop: () => void child.kill(),
  };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, "message");
  return message;
}
