import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A process of its own that talks by messages, and dies with this one. */
export function startChild(script: string): ChildProcess {
  return fork(join(import.meta.dirname, script), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
}

/** The next message of a child; throws when it ends before. */
export async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const fail = (code: number | null, signal: string | null) =>
    reject(new Error(`A process ended too early (${signal ?? code})`));
  child.once("message", (message) => resolve(message as T)).once("exit", fail);
  return promise.finally(() => child.off("exit", fail));
}

export async function killChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}
