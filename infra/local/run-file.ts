import { readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import * as v from "valibot";
import { UserError } from "../cli/errors.ts";
import { replaceFile } from "./files.ts";

/** What scripts and the operator's commands need to know of a local run. */
const LocalRunSchema = v.object({
  /** Process id. */
  pid: v.number(),
  webhookUrl: v.string(),
  appSecrets: v.array(v.string()),
  verifyToken: v.string(),
  /** The engines look at neither region nor credentials, but AWS clients want some. */
  region: v.string(),
  accessKeyId: v.string(),
  secretAccessKey: v.string(),
  dynamodbEndpoint: v.string(),
  tableName: v.string(),
  snsEndpoint: v.string(),
  topicArn: v.string(),
  sqsEndpoint: v.string(),
  /** Of a queue that is subscribed to the alert topic. */
  alertQueueUrl: v.string(),
});
export type LocalRun = v.InferOutput<typeof LocalRunSchema>;

/** Throws a UserError when the run that this file names is still alive; a killed one leaves it. */
export async function assertSingleRun(file: string): Promise<void> {
  const run = await readRunFile(file);
  if (run && isAlive(run.pid) && (await answers(run.webhookUrl))) {
    throw new UserError(
      `Another local run (process ${run.pid}) uses the folder ${dirname(file)}: stop it, or name another folder and port: npm start -- --data .local2 --port 0`,
    );
  }
}

/** Says where this run is, for as long as it lasts, to whoever may read the folder's secret. */
export async function writeRunFile(file: string, address: LocalRun) {
  await replaceFile(file, `${JSON.stringify(address)}\n`);
  return {
    async stop() {
      const run = await readRunFile(file);
      if (run?.pid === process.pid) await rm(file, { force: true });
    },
  };
}

/** Undefined unless there is a whole one. */
export async function readRunFile(file: string): Promise<LocalRun | undefined> {
  try {
    return v.parse(LocalRunSchema, JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Whether anything does: by now the process id may be another program's. What takes the connection
 * and is slow to answer counts too, for this machine may be busy.
 */
export async function answers(url: string): Promise<boolean> {
  const init = { method: "HEAD", signal: AbortSignal.timeout(5_000) };
  return fetch(url, init).then(
    () => true,
    (error: Error) => error.name === "TimeoutError",
  );
}
