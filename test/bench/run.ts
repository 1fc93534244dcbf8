import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { ENV, FUNCTION } from "../../lambda/shared/names.ts";
import type { Aws } from "./aws.ts";
import { CHANGES } from "./deliveries.ts";
import type { Usage } from "./services.ts";
import type { Subject } from "./subjects.ts";

export type Mode = "import" | "cold" | "warm" | "alert" | "attack";

/** One process's figures: milliseconds, of CPU user and system time; moments in microseconds. */
export interface Sample {
  /** Of Node's own modules, how many loading added to those that Lambda's runtime has loaded. */
  readonly modules: number;
  /** Until `import()` hands out the handler. */
  readonly initMs: number;
  /** The first webhook, and from `import()` to its answer. */
  readonly firstMs?: number;
  readonly coldMs?: number;
  readonly coldCpuMs?: number;
  /** Per webhook. */
  readonly warmCpuMs?: number;
  readonly thousandMs?: number;
  readonly peakMb?: number;
  /** When each delivery was handed over, the first one cold. */
  readonly postedAt?: readonly number[];
  /** How long the function was at work for them in all. */
  readonly workMs?: number;
  /** When each relay tick began, and how long it took. */
  readonly tickedAt?: readonly number[];
  readonly tickMs?: readonly number[];
}

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
  [ENV.publicUrl]: "https://abcdefghij.execute-api.eu-central-1.amazonaws.com",
  [ENV.stackName]: "WhatsAppSecurityWebhook",
  SECRET_ID: "webhook",
};

/** Where a probe runs. */
export interface Stage {
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
  const { sample } = await runProbe(bench, subject, mode);
  const usage = await bench.aws.takeAndEmpty();
  if (mode === "import") return sample;
  const singles = mode === "cold" ? 1 : 1 + bench.singles;
  assertWork(subject.name, usage, singles, mode === "cold" ? 0 : CHANGES);
  return sample;
}

export interface ProbeOptions {
  readonly memoryMb?: number;
  /** See `cpu-share.ts`. */
  readonly joinFile?: string | undefined;
}

export interface Probed {
  readonly sample: Sample;
  /** The function's log. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

export async function runProbe(
  { aws, probe, workFile }: Stage,
  subject: Subject,
  mode: Mode,
  { memoryMb = FUNCTION.memoryMb, joinFile }: ProbeOptions = {},
): Promise<Probed> {
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
  const [log, output, [code]] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stdio[3] as Readable),
    once(child, "exit"),
  ]);
  if (code !== 0) throw new Error(`${subject.name} failed in ${mode} mode: ${log.slice(-2000)}`);
  const lines = log.split("\n").filter((line) => line.startsWith("{"));
  return { sample: JSON.parse(output), lines: lines.map((line) => JSON.parse(line)) };
}

/** A subject that skips a step is not fast, it is wrong. A batch goes into a few digests. */
export function assertWork(name: string, usage: Usage, singles: number, batch: number): void {
  const { events, pending, published, requests, unsigned } = usage;
  const digests = published.length - singles;
  const areDigestsFew = batch === 0 ? digests === 0 : digests >= 1 && digests <= 5;
  const isDone = events === singles + batch && pending === 0 && areDigestsFew;
  const isPaced = requests.places === published.length;
  if (isDone && isPaced && unsigned === 0 && requests.GetSecretValue === 1) return;
  const done = { events, pending, messages: published.length, unsigned, requests };
  throw new Error(`${name} was to publish ${singles} + ${batch}, and did ${JSON.stringify(done)}`);
}
