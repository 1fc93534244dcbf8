import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Aws } from "./aws.ts";
import { CHANGES } from "./deliveries.ts";
import type { Mode, Sample } from "./sample.ts";
import type { Subject } from "./subjects.ts";

/** Megabytes of the function that is stood for. */
export const MEMORY_MB = 512;

/** How Lambda's Node.js 24 runtime starts Node: `/var/runtime/bootstrap`. */
function toFlags(memoryMb: number): string[] {
  return [
    "--expose-gc",
    "--max-http-header-size=81920",
    `--max-semi-space-size=${Math.floor(memoryMb / 20)}`,
    `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
  ];
}

/** Lambda's environment, and nothing of the machine's own. */
const ENVIRONMENT = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_SESSION_TOKEN: "token".repeat(150),
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  AWS_LAMBDA_FUNCTION_NAME: "webhook",
  HOME: "/nonexistent",
  TABLE_NAME: "events",
  ALERT_TOPIC_ARN: "arn:aws:sns:eu-central-1:123456789012:alerts",
  SECRET_ID: "webhook",
};

/** Where a probe runs. */
interface Stage {
  readonly aws: Pick<Aws, "environment">;
  readonly probe: string;
  readonly workFile: string;
}

export interface Bench extends Stage {
  readonly aws: Aws;
  /** Single webhooks in the work file. */
  readonly singles: number;
}

/** One fresh process's figures. Throws when it failed or did not do all its work. */
export async function runOnce(bench: Bench, subject: Subject, mode: Mode): Promise<Sample> {
  const sample = await runProbe(bench, subject, mode);
  if (mode === "import") await bench.aws.takeCounts();
  else await verifyWork(bench, subject, mode);
  return sample;
}

export interface ProbeOptions {
  readonly memoryMb?: number;
  /** See `cpu-share.ts`. */
  readonly joinFile?: string | undefined;
}

export async function runProbe(
  { aws, probe, workFile }: Stage,
  subject: Subject,
  mode: Mode,
  { memoryMb = MEMORY_MB, joinFile }: ProbeOptions = {},
): Promise<Sample> {
  const file = mode === "import" ? subject.importFile : subject.file;
  const child = spawn(process.execPath, [...toFlags(memoryMb), probe, file, workFile, mode], {
    env: {
      ...ENVIRONMENT,
      ...aws.environment,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      ...(joinFile && { BENCH_JOIN_FILE: joinFile }),
    },
    stdio: ["ignore", "pipe", "inherit", "pipe"],
  });
  child.stdout?.resume();
  const [output, [code]] = await Promise.all([
    text(child.stdio[3] as Readable),
    once(child, "exit"),
  ]);
  if (code !== 0) throw new Error(`${subject.name} failed in ${mode} mode`);
  return JSON.parse(output);
}

/** A subject that skips a put is not fast, it is wrong. */
async function verifyWork({ aws, singles }: Bench, { name }: Subject, mode: Mode): Promise<void> {
  const { reads, puts, publishes, marks, places, strange } = await aws.takeCounts();
  const singlesDone = mode === "cold" ? 1 : 1 + singles;
  const expected = singlesDone + (mode === "cold" ? 0 : CHANGES);
  // The batch goes into digests, as few as SNS's size allows.
  const digests = publishes - singlesDone;
  const areDigestsFew = mode === "cold" ? digests === 0 : digests >= 1 && digests <= 5;
  const isDone = puts === expected && marks === expected && areDigestsFew && places === publishes;
  if (isDone && reads === 1 && strange.length === 0) return;
  const done = JSON.stringify({
    reads,
    puts,
    publishes,
    marks,
    places,
    strange: strange.slice(0, 3),
  });
  throw new Error(
    `${name} was to do ${expected} puts and marks, each message with a place, and did ${done}`,
  );
}
