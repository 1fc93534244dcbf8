import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CA_FILE } from "../support/tls-aws.ts";
import { NODE_FIRST, toEnvironment } from "./environment.ts";
import { waitFor } from "./wait.ts";

/** Without an emulator nothing can be tested; the message says how to get one. */
export class EmulatorError extends Error {}

/** MiniStack as a child of this process. */
export async function startEmulator() {
  const command = process.env.MINISTACK || "ministack";
  const folder = mkdtempSync(join(tmpdir(), "deploy-"));
  const port = await findFreePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const environment = toEnvironment(endpoint, folder);
  const logFile = join(folder, "ministack.log");
  const log = openSync(logFile, "w");
  const child = spawn(command, {
    stdio: ["ignore", log, log],
    env: {
      ...environment,
      PATH: NODE_FIRST,
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      // The certificate of the https subscriber on this machine.
      SSL_CERT_FILE: CA_FILE,
      // Every caller must have its grants: the function has those of its role and no others.
      AUTH: "true",
    },
  });
  closeSync(log);
  async function stop(): Promise<void> {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  }
  try {
    await Promise.race([requireAnswer(endpoint), failAtEnd(child, command, logFile)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { environment, stop };
}

/** Rejects when the child can't be started or ends by itself. */
async function failAtEnd(child: ChildProcess, command: string, logFile: string): Promise<never> {
  try {
    await once(child, "exit");
  } catch {
    throw new EmulatorError(
      `MiniStack can't be started as ${command}: install it (python3 -m venv ~/.ministack && ~/.ministack/bin/pip install ministack==1.5.33) and run MINISTACK=~/.ministack/bin/ministack npm run test:deploy.`,
    );
  }
  throw new EmulatorError(`MiniStack (${command}) ended:\n${readFileSync(logFile, "utf8")}`);
}

async function requireAnswer(endpoint: string): Promise<void> {
  const isThere = () =>
    fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(5_000) }).then(
      () => true,
      () => false,
    );
  await waitFor(isThere, 30).catch(() => {
    throw new EmulatorError(`No AWS emulator answers at ${endpoint}.`);
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill();
  const patience = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(patience);
}

/** Nobody else takes it in the moment until the child does, as good as always. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return port;
}
