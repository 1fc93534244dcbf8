import { createRequire } from "node:module";
import type { Socket as NetSocket } from "node:net";
import { FUNCTION } from "../../lambda/shared/names.ts";
import type { Work } from "./deliveries.ts";
import type { Sample } from "./run.ts";

/**
 * Runs in a fresh process in Lambda's place: loads the function, hands it deliveries
 * and ticks, and writes its figures to file descriptor 3. Arguments: the bundle, the work's file.
 */
type Handler = (event: object, invocation: object) => Promise<{ statusCode: number } | undefined>;

const require = createRequire(import.meta.url);
const [, , bundle = "", workFile = ""] = process.argv;

// What Lambda's runtime client has loaded before it imports a function (aws-lambda-ric 4.0.2).
const RUNTIME_MODULES = ["path", "fs", "net", "http", "os", "util", "worker_threads"];
for (const name of RUNTIME_MODULES) require(`node:${name}`);
const { readFileSync, writeFileSync, writeSync } = require("node:fs") as typeof import("node:fs");
const { Socket } = require("node:net") as typeof import("node:net");

// The function connects to AWS's real names, certificates and all, and is led to the stand-ins.
const port = Number(process.env.BENCH_PORT);
const { connect } = Socket.prototype;
Socket.prototype.connect = function (this: NetSocket, options: object, then: unknown) {
  return Reflect.apply(connect, this, [{ ...options, host: "127.0.0.1", port }, then]);
} as unknown as typeof connect;

const work: Work = JSON.parse(readFileSync(workFile, "utf8"));
function now(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** With the time that is really left. */
function toInvocation() {
  const endsAt = performance.now() + FUNCTION.timeoutSeconds * 1000;
  const getRemainingTimeInMillis = () => endsAt - performance.now();
  return { awsRequestId: "bench", getRemainingTimeInMillis };
}

/** When each of these began, and how long it took. */
async function runInTurn<T>(items: Iterable<T>, act: (item: T) => Promise<void>) {
  const [at, ms] = [[], []] as [number[], number[]];
  for (const item of items) {
    at.push(now());
    const startedAt = performance.now();
    await act(item);
    ms.push(performance.now() - startedAt);
  }
  return { at, ms };
}

const clock = Date.now;
let aheadMs = 0;
Date.now = () => clock() + aheadMs;

const arrivedAt = now();
const before = process.moduleLoadList.length;
const { handler }: { handler: Handler } = await import(bundle);
const modules = process.moduleLoadList.length - before;

// Lambda initialises with a whole core; the share that the memory size gives begins with a request.
if (process.env.BENCH_JOIN_FILE) writeFileSync(process.env.BENCH_JOIN_FILE, String(process.pid));

const posts = await runInTurn(work.posts, async (event) => {
  const result = await handler(event, toInvocation());
  if (result?.statusCode !== 200) throw new Error(`Answered ${result?.statusCode}`);
});

// The function's clock goes ahead by a minute before each tick, so that nothing is waited for.
const ticks = await runInTurn(Array(work.ticks).keys(), async () => {
  aheadMs += 60_000;
  await handler({ source: "aws.events" }, toInvocation());
});

const sample: Sample = {
  modules,
  // The first request waits until the function is initialised.
  postedAt: [arrivedAt, ...posts.at.slice(1)],
  postMs: posts.ms,
  tickedAt: ticks.at,
  tickMs: ticks.ms,
  peakMb: process.resourceUsage().maxRSS / 1024,
};
writeSync(3, JSON.stringify(sample));
process.exit();

declare global {
  namespace NodeJS {
    interface Process {
      /** Undocumented, and exact: every module of Node's own that was loaded. */
      readonly moduleLoadList: readonly string[];
    }
  }
}
