import { createRequire } from "node:module";
import type { Socket as NetSocket } from "node:net";
import { FUNCTION } from "../../lambda/shared/names.ts";
import { measure, now } from "./clock.ts";
import type { RequestEvent, Work } from "./deliveries.ts";
import type { Mode, Sample } from "./run.ts";

/**
 * Runs in a fresh process in Lambda's place: loads one subject, hands it webhooks, and writes its
 * figures to file descriptor 3. Arguments: the subject's file, the work's file, the mode.
 */
type Handler = (event: object, invocation: object) => Promise<{ statusCode: number } | undefined>;

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

async function expect(status: number, event: RequestEvent, context = invocation): Promise<void> {
  const result = await handler(event, context);
  if (result?.statusCode !== status)
    throw new Error(`Answered ${result?.statusCode}, not ${status}`);
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
  const coldMs = initMs + first.ms;
  return { modules, initMs, firstMs: first.ms, coldMs, coldCpuMs: cpuMs + first.cpuMs };
}

async function measureWarm(): Promise<Sample> {
  const cold = await measureCold();
  const half = work.single.length / 2;
  for (const event of work.single.slice(0, half)) await expect(200, event);
  const warm = await measure(async () => {
    for (const event of work.single.slice(half)) await expect(200, event);
  });
  const thousand = await measure(() => expect(200, work.thousand));
  const peakMb = process.resourceUsage().maxRSS / 1024;
  return { ...cold, warmCpuMs: warm.cpuMs / half, thousandMs: thousand.ms, peakMb };
}

const TICK = { source: "aws.events" };
const IDLE_TICKS = 20;

/**
 * The first request waits until the function is initialised. That has a whole core; the share of one
 * that the memory size gives begins with the request. In the end the relay ticks with nothing to do.
 */
async function measureAlerts(): Promise<Sample> {
  const postedAt = [now()];
  const cold = await measureImport();
  joinShare();
  await expect(200, work.first);
  const posts = await measure(async () => {
    for (const event of work.single) {
      postedAt.push(now());
      await expect(200, event);
    }
  });
  const tickMs: number[] = [];
  for (let tick = 0; tick < IDLE_TICKS; tick++) {
    tickMs.push((await measure(() => handler(TICK, toInvocation()))).ms);
  }
  return { ...cold, postedAt, workMs: posts.ms, tickMs };
}

function joinShare(): void {
  const { BENCH_JOIN_FILE } = process.env;
  if (BENCH_JOIN_FILE) writeFileSync(BENCH_JOIN_FILE, String(process.pid));
}

/** With the time that is really left. */
function toInvocation(): typeof invocation {
  const endsAt = performance.now() + FUNCTION.timeoutSeconds * 1000;
  return { ...invocation, getRemainingTimeInMillis: () => endsAt - performance.now() };
}

/**
 * Deliveries one after the other to a cold environment, then ticks of the relay. The function's clock
 * goes ahead by a minute before each tick, so that nothing is waited for.
 */
async function measureAttack(): Promise<Sample> {
  const clock = Date.now;
  let aheadMs = 0;
  Date.now = () => clock() + aheadMs;
  const postedAt = [now()];
  const cold = await measureImport();
  joinShare();
  const posts = await measure(async () => {
    for (const event of work.single) await expect(200, event, toInvocation());
  });
  const tickedAt: number[] = [];
  const tickMs: number[] = [];
  for (let tick = 0; tick < (work.ticks ?? 0); tick++) {
    aheadMs += 60_000;
    tickedAt.push(now());
    tickMs.push((await measure(() => handler(TICK, toInvocation()))).ms);
  }
  const peakMb = process.resourceUsage().maxRSS / 1024;
  return { ...cold, postedAt, tickedAt, tickMs, workMs: posts.ms, peakMb };
}

declare global {
  namespace NodeJS {
    interface Process {
      /** Undocumented, and exact: every module of Node's own that was loaded. */
      readonly moduleLoadList: readonly string[];
    }
  }
}

const MODES: Readonly<Record<Mode, () => Promise<Sample>>> = {
  import: measureImport,
  cold: measureCold,
  warm: measureWarm,
  alert: measureAlerts,
  attack: measureAttack,
};

writeSync(3, JSON.stringify(await MODES[mode as Mode]()));
process.exit();
