import { setTimeout as delay } from "node:timers/promises";
import { LOCAL_AWS } from "../../infra/local/engines/local-aws.ts";
import { createDynamoDB } from "../../lambda/shared/clients.ts";
import { APP_SECRET, VERIFY_TOKEN } from "../support/builders.ts";
import { type Audit, audit, readItems } from "./audit.ts";
import { killChild, nextMessage, startChild } from "./child.ts";
import type { EnginesAddress } from "./engines-process.ts";
import { type FaultProxy, type Moment, startFaultProxy } from "./fault-proxy.ts";
import { type Fault, type Service, toFault } from "./faults.ts";
import { createFleet } from "./fleet.ts";
import type { FunctionOrder } from "./function-process.ts";
import { limit, type Progress } from "./limit.ts";
import { deliverAll, type Sent, toLines, type Waiting } from "./meta.ts";
import type { Plan } from "./plan.ts";

export interface SoakReport extends Audit, Sent {
  readonly kills: number;
  readonly faults: ReadonlyMap<Fault, number>;
  readonly seconds: number;
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
export async function soak(plan: Plan, limitSeconds: number): Promise<SoakReport> {
  const engines = startChild("engines-process.ts");
  const closing: (() => Promise<void>)[] = [() => killChild(engines)];
  const ending = new AbortController();
  const progress: Progress = { step: "starting the engines" };
  try {
    const run = runThrough(plan, nextMessage(engines), closing, progress, ending.signal);
    return await limit(run, limitSeconds, progress);
  } finally {
    ending.abort();
    for (const close of closing.reverse()) await close();
  }
}

async function runThrough(
  plan: Plan,
  engines: Promise<EnginesAddress>,
  closing: (() => Promise<void>)[],
  progress: Progress,
  signal: AbortSignal,
): Promise<SoakReport> {
  const startedAt = Date.now();
  const address = await engines;
  const stage = await startStage(plan, address, startedAt, closing);
  progress.step = "delivering";
  const waiting: Waiting = new Map();
  progress.details = () => [...toLines(waiting), ...stage.toLines()];
  const sent = await deliverAll(plan, stage.fleet, waiting, signal);
  progress.step = "recovering without faults";
  await stage.recover(progress);
  progress.step = "comparing what was sent, stored and published";
  return {
    ...sent,
    ...(await audit(plan, address)),
    kills: stage.fleet.kills,
    faults: stage.faults(),
    seconds: (Date.now() - startedAt) / 1000,
  };
}

async function startStage(
  plan: Plan,
  address: EnginesAddress,
  startedAt: number,
  closing: (() => Promise<void>)[],
) {
  let isPeace = false;
  const onMoment = (moment: Moment) => fleet.onMoment(moment);
  const proxies: FaultProxy[] = [];
  async function startProxy(service: Service, target: string): Promise<string> {
    const proxy = await startFaultProxy({
      service,
      target,
      onMoment,
      toFault: (number) => (isPeace ? undefined : toFault(plan.seed, service, number)),
    });
    proxies.push(proxy);
    closing.push(proxy.stop);
    return proxy.url;
  }
  const order: FunctionOrder = {
    dynamodbEndpoint: await startProxy("dynamodb", address.dynamodbEndpoint),
    tableName: address.tableName,
    snsEndpoint: await startProxy("sns", address.snsEndpoint),
    topicArn: address.topicArn,
    secretText: JSON.stringify({ verifyToken: VERIFY_TOKEN, appSecrets: [APP_SECRET] }),
    clock: { at: startedAt, aheadMs: 0, speed: SPEED },
    tickEveryMs: 60_000 / SPEED,
  };
  const fleet = createFleet(plan.deaths, () => order);
  closing.push(fleet.stop);

  return {
    fleet,
    faults: () => countFaults(proxies),
    toLines: () => [
      `${fleet.kills} of ${plan.deaths.length} kills`,
      ...proxies.map(({ toLine }) => toLine()),
    ],
    async recover(progress: Progress) {
      isPeace = true;
      const clock = { ...order.clock, aheadMs: LEAP_MS };
      await fleet.settle({ ...order, clock, tickEveryMs: 300 });
      await untilNothingIsPending(address, progress);
    },
  };
}

function countFaults(proxies: readonly FaultProxy[]): ReadonlyMap<Fault, number> {
  const total = new Map<Fault, number>();
  for (const [fault, count] of proxies.flatMap(({ faults }) => [...faults])) {
    total.set(fault, (total.get(fault) ?? 0) + count);
  }
  return total;
}

/**
 * Also returns when nothing has moved for STANDSTILL_MS: the comparison lists what is pending. Reads
 * the table, because the engine's index lacks an item for a moment while it moves.
 */
async function untilNothingIsPending(
  { dynamodbEndpoint: endpoint, tableName }: EnginesAddress,
  progress: Progress,
) {
  const client = createDynamoDB({ ...LOCAL_AWS, endpoint });
  let least = Number.POSITIVE_INFINITY;
  let movedAt = Date.now();
  while (Date.now() < movedAt + STANDSTILL_MS) {
    const items = await readItems(client, tableName);
    const pending = items.filter(({ alert }) => alert?.S === "pending").length;
    progress.details = () => [`${pending} alerts pending`];
    if (pending === 0) break;
    if (pending < least) movedAt = Date.now();
    least = Math.min(least, pending);
    await delay(100);
  }
  client.destroy();
}
