import { createRequire } from "node:module";
import type { Socket as NetSocket } from "node:net";
import type { RequestEvent, Work } from "./deliveries.ts";

/**
 * Runs in a fresh process in Lambda's place: loads one subject, hands it webhooks, and writes its
 * figures to file descriptor 3. Arguments: the subject's file, the work's file, the mode.
 */
export type Mode = "import" | "cold" | "warm" | "alert";

/** Times in milliseconds; CPU is user and system time of the whole process. */
export interface Sample {
  /** Of Node's own modules, how many loading added to those that Lambda's runtime has loaded. */
  readonly modules: number;
  /** Until `import()` hands out the handler. */
  readonly initMs: number;
  /** The first webhook, and from `import()` to its answer. */
  readonly firstMs?: number;
  readonly firstCpuMs?: number;
  readonly coldMs?: number;
  readonly coldCpuMs?: number;
  /** Per webhook. */
  readonly warmCpuMs?: number;
  readonly forgedCpuMs?: number;
  readonly thousandMs?: number;
  readonly peakMb?: number;
  /** When each reset request was handed over, the first one cold: microseconds of the machine's clock. */
  readonly postedAt?: readonly number[];
}

type Handler = (event: RequestEvent, invocation: object) => Promise<{ statusCode: number }>;

const require = createRequire(import.meta.url);
const [, , subjectFile = "", workFile = "", mode] = process.argv;

// What Lambda's runtime client has loaded before it imports a function (aws-lambda-ric 4.0.2).
const RUNTIME_MODULES = ["path", "fs", "net", "http", "os", "util", "worker_threads"];
for (const name of RUNTIME_MODULES) require(`node:${name}`);
const { readFileSync, writeFileSync, writeSync } = require("node:fs") as typeof import("node:fs");
const { Socket } = require("node:net") as typeof import("node:net");

// The function connects to AWS's real names, certificates and all, and is led to the stand-ins.
const ports = JSON.parse(process.env.BENCH_PORTS ?? "{}");
const { connect } = Socket.prototype;
Socket.prototype.connect = function (this: NetSocket, options: { host: string }, then: unknown) {
  const port = ports[options.host.split(".")[0] ?? ""];
  return Reflect.apply(connect, this, [{ ...options, host: "127.0.0.1", port }, then]);
} as unknown as typeof connect;

const work: Work = JSON.parse(readFileSync(workFile, "utf8"));
const invocation = { awsRequestId: "bench", getRemainingTimeInMillis: () => 14_000 };
let handler: Handler;

async function measure(act: () => Promise<unknown>): Promise<{ ms: number; cpuMs: number }> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await act();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000 };
}

async function expect(status: number, event: RequestEvent): Promise<void> {
  const { statusCode } = await handler(event, invocation);
  if (statusCode !== status) throw new Error(`Answered ${statusCode} instead of ${status}`);
}

async function measureImport() {
  await measure(async () => {}); // loads the clock's own modules
  const before = process.moduleLoadList.length;
  const { ms, cpuMs } = await measure(async () => {
    ({ handler } = await import(subjectFile));
  });
  return { modules: process.moduleLoadList.length - before, initMs: ms, cpuMs };
}

async function measureCold(): Promise<Sample> {
  const { modules, initMs, cpuMs } = await measureImport();
  const first = await measure(() => expect(200, work.first));
  return {
    modules,
    initMs,
    firstMs: first.ms,
    firstCpuMs: first.cpuMs,
    coldMs: initMs + first.ms,
    coldCpuMs: cpuMs + first.cpuMs,
  };
}

const FORGED = 2_000;

async function measureWarm(): Promise<Sample> {
  const cold = await measureCold();
  const half = work.single.length / 2;
  for (const event of work.single.slice(0, half)) await expect(200, event);
  const warm = await measure(async () => {
    for (const event of work.single.slice(half)) await expect(200, event);
  });
  const forged = await measure(async () => {
    for (let count = 0; count < FORGED; count++) await expect(401, work.forged);
  });
  const thousand = await measure(() => expect(200, work.thousand));
  return {
    ...cold,
    warmCpuMs: warm.cpuMs / half,
    forgedCpuMs: forged.cpuMs / FORGED,
    thousandMs: thousand.ms,
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
}

/**
 * The first request waits until the function is initialised. That has a whole core; the share of one
 * that the memory size gives begins with the request.
 */
async function measureAlerts(): Promise<Sample> {
  const postedAt = [now()];
  const cold = await measureImport();
  const { BENCH_JOIN_FILE } = process.env;
  if (BENCH_JOIN_FILE) writeFileSync(BENCH_JOIN_FILE, String(process.pid));
  await expect(200, work.first);
  for (const event of work.single) {
    postedAt.push(now());
    await expect(200, event);
  }
  return { ...cold, postedAt };
}

/** Microseconds of the machine's clock, which all its processes share. */
function now(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

const MODES: Readonly<Record<string, () => Promise<Sample>>> = {
  import: measureImport,
  cold: measureCold,
  warm: measureWarm,
  alert: measureAlerts,
};

declare global {
  namespace NodeJS {
    interface Process {
      /** Undocumented, and exact: every module of Node's own that was loaded. */
      readonly moduleLoadList: readonly string[];
    }
  }
}

writeSync(3, JSON.stringify(await MODES[mode ?? ""]?.()));
process.exit();
