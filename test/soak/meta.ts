import { setTimeout as delay } from "node:timers/promises";
import { inParallel } from "../../lambda/shared/parallel.ts";
import { sign } from "../support/builders.ts";
import type { Fleet } from "./fleet.ts";
import { type Delivery, type Plan, toBody } from "./plan.ts";
import { choose } from "./random.ts";

/** How many deliveries are under way at once. */
const LANES = 12;

/** As long as Meta is known to wait for an answer. Milliseconds. */
const PATIENCE_MS = 20_000;

export interface Sent {
  /** Deliveries that were answered 200 in the end: all of them. */
  deliveries: number;
  /** How often that took another try. */
  retries: number;
}

/** The deliveries under way, by number: how many tries of each failed. */
export type Waiting = Map<number, number>;

export function toLines(waiting: Waiting): string[] {
  return [...waiting].map(([number, failures]) => `delivery ${number}: ${failures} tries failed`);
}

/**
 * Delivers as Meta does: everything in the plan, each again and again until it is answered 200. When
 * all is delivered it starts over, until every death of the plan has come. Ends with the signal.
 */
export async function deliverAll(
  plan: Plan,
  fleet: Fleet,
  waiting: Waiting,
  signal: AbortSignal,
): Promise<Sent> {
  const sent: Sent = { deliveries: 0, retries: 0 };
  async function deliver(number: number, delivery: Delivery): Promise<void> {
    const body = toBody(delivery);
    for (let failures = 0; ; failures++) {
      waiting.set(number, failures);
      if (await post(await fleet.url(), body)) break;
      sent.retries += 1;
      const share = 0.5 + choose(plan.seed, "wait", number, failures);
      await delay(50 * 2 ** Math.min(failures, 5) * share, undefined, { signal });
    }
    waiting.delete(number);
    sent.deliveries += 1;
  }
  await inParallel(untilAllDied(plan, fleet), LANES, (next) => deliver(...next));
  return sent;
}

function* untilAllDied({ deliveries, deaths }: Plan, fleet: Fleet): Generator<[number, Delivery]> {
  for (let number = 0; number < deliveries.length || fleet.kills < deaths.length; number++) {
    yield [number, deliveries[number % deliveries.length] as Delivery];
  }
}

async function post(url: string, body: string): Promise<boolean> {
  try {
    const headers = { "content-type": "application/json", "x-hub-signature-256": sign(body) };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const { status } = await fetch(url, { method: "POST", headers, body, signal });
    return status === 200;
  } catch {
    return false;
  }
}
