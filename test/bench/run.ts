import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { ENV, FUNCTION } from "../../lambda/shared/names.ts";
import { LAMBDA_ENVIRONMENT } from "../support/fresh-process.ts";
import type { Aws } from "./aws.ts";
import { OUT_DIR } from "./build.ts";
import type { Work } from "./deliveries.ts";

/** One process's figures: milliseconds; moments in microseconds of the machine's clock. */
export interface Sample {
  /** Of Node's own modules, how many loading added to those that Lambda's runtime has loaded. */
  readonly modules: number;
  /** When each delivery was handed over, the first one cold, and how long it took. */
  readonly postedAt: readonly number[];
  readonly postMs: readonly number[];
  /** The same of each relay tick. */
  readonly tickedAt: readonly number[];
  readonly tickMs: readonly number[];
  readonly peakMb: number;
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

const ENVIRONMENT = {
  ...LAMBDA_ENVIRONMENT,
  AWS_SESSION_TOKEN: "token".repeat(150),
  HOME: "/nonexistent",
  [ENV.publicUrl]: "https://abcdefghij.execute-api.eu-central-1.amazonaws.com",
  [ENV.stackName]: "WhatsAppSecurityWebhook",
};

/** What a process runs, and where its AWS is. */
export interface Stage {
  readonly aws: Pick<Aws, "environment">;
  readonly probe: string;
  /** The function's bundle. */
  readonly file: string;
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

/** One fresh process's figures, after this work. */
export async function runProbe(
  { aws, probe, file }: Stage,
  work: Work,
  { memoryMb = FUNCTION.memoryMb, joinFile }: ProbeOptions = {},
): Promise<Probed> {
  const workFile = join(OUT_DIR, `work-${crypto.randomUUID()}.json`);
  mkdirSync(OUT_DIR, { recursive: true });
  writeFileSync(workFile, JSON.stringify(work));
  const child = spawn(process.execPath, [...toFlags(memoryMb), probe, file, workFile], {
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
  rmSync(workFile);
  if (code !== 0) throw new Error(`The function's process failed: ${log.slice(-2000)}`);
  const lines = log.split("\n").filter((line) => line.startsWith("{"));
  return { sample: JSON.parse(output), lines: lines.map((line) => JSON.parse(line)) };
}
