import { setTimeout as delay } from "node:timers/promises";
import { LOCAL_AWS } from "../../infra/local/engines/local-aws.ts";
import { createDynamoDB } from "../../lambda/shared/clients.ts";
import type { Moment } from "../support/aws-proxy.ts";
import { SECRET_TEXT } from "../support/builders.ts";
import { audit, readItems } from "./audit.ts";
import { killChild, nextMessage, startChild } from "./child.ts";
import type { EnginesAddress } from "./engines-process.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { createFleet } from "./fleet.ts";
import type { FunctionOrder } from "./function-process.ts";
import { deliverAll, toLines } from "./meta.ts";
import { type Plan, type Service, toFault } from "./plan.ts";

/** What a run is doing, for the message when it does not end; and how what it started is ended. */
interface Run {
  step: string;
  details?: () => readonly string[];
  readonly closing: (() => Promise<void>)[];
  readonly signal: AbortSignal;
}

/** How much faster the application's clock runs, and what it leaps over before the recovery. */
const SPEED = 10;
const LEAP_MS = 7 * 3_600_000;

/** A recovery without any progress for this long is over. */
const STANDSTILL_MS = 120_000;

/**
 * The local run as processes of their own, through faults and deaths, then left in peace: what
 * was sent is compared with what was stored and published. Rejects after `limitSeconds`, and says
 * what it was waiting for.
 */
export async function soak(plan: Plan, limitSeconds: number) {
  const engines = startChild("engines-process.ts");
  const closing = [() => killChild(engines)];
  const ending = new AbortController();
  const run: Run = { step: "starting the engines", closing, signal: ending.signal };
  try {
    return await limit(runThrough(plan, nextMessage(engines), run), limitSeconds, run);
  } finally {
    ending.abort();
    for (const close of closing.reverse()) await close();
  }
}

/** The run's result; rejects after so many seconds with what the run was waiting for. */
export async function limit<T>(
  result: Promise<T>,
  seconds: number,
  run: Pick<Run, "step" | "details">,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const first = `not ended after ${seconds} seconds, while ${run.step}`;
    reject(new Error([first, ...(run.details?.() ?? [])].join("\n  ")));
  }, seconds * 1000);
  // After the limit nobody waits for the run, and what it is made of is being stopped.
  result.catch(() => {});
  return Promise.race([result, late]).finally(() => clearTimeout(timer));
}

async function runThrough(plan: Plan, engines: Promise<EnginesAddress>, run: Run) {
  const startedAt = Date.now();
  const address = await engines;
  let isPeace = false;
  const onMoment = (moment: Moment) => fleet.onMoment(moment);
  const proxies: FaultProxy[] = [];
  async function startProxy(service: Service, target: string): Promise<string> {
    const toOwnFault = (number: number) =>
      isPeace ? undefined : toFault(plan.seed, service, number);
    const proxy = await startFaultProxy({ service, target, onMoment, toFault: toOwnFault });
    proxies.push(proxy);
    run.closing.push(proxy.stop);
    return proxy.url;
  }
  const clock = { at: startedAt, aheadMs: 0, speed: SPEED };
  const order: FunctionOrder = {
    ...address,
    dynamodbEndpoint: await startProxy("dynamodb", address.dynamodbEndpoint),
    snsEndpoint: await startProxy("sns", address.snsEndpoint),
    secretText: SECRET_TEXT,
    clock,
    tickEveryMs: 60_000 / SPEED,
  };
  const fleet = createFleet(plan.deaths, order);
  run.closing.push(fleet.stop);

  run.step = "delivering";
  const waiting = new Map<number, number>();
  run.details = () => [
    ...toLines(waiting),
    `${fleet.kills()} of ${plan.deaths.length} kills`,
    ...proxies.map(({ toLine }) => toLine()),
  ];
  const sent = await deliverAll(plan, fleet, waiting, run.signal);
  run.step = "recovering without faults";
  isPeace = true;
  await fleet.settle({ ...order, clock: { ...clock, aheadMs: LEAP_MS }, tickEveryMs: 300 });
  await untilNothingIsPending(address, run);
  run.step = "comparing what was sent, stored and published";
  const faults = proxies.flatMap((proxy) => proxy.faults).filter((fault) => fault !== undefined);
  const seconds = (Date.now() - startedAt) / 1000;
  return { ...sent, ...(await audit(plan, address)), kills: fleet.kills(), faults, seconds };
}

/**
 * Also returns when nothing has moved for STANDSTILL_MS: the comparison lists what is pending. Reads
 * the table, because the engine's index lacks an item for a moment while it moves.
 */
async function untilNothingIsPending({ dynamodbEndpoint, tableName }: EnginesAddress, run: Run) {
  const client = createDynamoDB({ ...LOCAL_AWS, endpoint: dynamodbEndpoint });
  let least = Number.POSITIVE_INFINITY;
  let movedAt = Date.now();
  while (Date.now() < movedAt + STANDSTILL_MS) {
    const items = await readItems(client, tableName);
    const pending = items.filter(({ alert }) => alert?.S === "pending").length;
    run.details = () => [`${pending} alerts pending`];
    if (pending === 0) break;
    if (pending < least) movedAt = Date.now();
    least = Math.min(least, pending);
    await delay(100);
  }
  client.destroy();
}
