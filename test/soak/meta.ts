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

/**
 * Delivers as Meta does: everything in the plan, each again and again until it is answered 200. When
 * all is delivered it starts over, until every death of the plan has come.
 */
export async function deliverAll(plan: Plan, fleet: Fleet): Promise<Sent> {
  const sent: Sent = { deliveries: 0, retries: 0 };
  await inParallel(untilAllDied(plan, fleet), LANES, async ([number, delivery]) => {
    sent.retries += await deliver(delivery, number, plan.seed, fleet);
    sent.deliveries += 1;
  });
  return sent;
}

function* untilAllDied({ deliveries, deaths }: Plan, fleet: Fleet): Generator<[number, Delivery]> {
  for (let number = 0; number < deliveries.length || fleet.kills < deaths.length; number++) {
    yield [number, deliveries[number % deliveries.length] as Delivery];
  }
}

/** How many tries failed before the one that did not. */
async function deliver(
  delivery: Delivery,
  number: number,
  seed: string,
  fleet: Fleet,
): Promise<number> {
  const body = toBody(delivery);
  for (let failures = 0; ; failures++) {
    if (await post(await fleet.url(), body)) return failures;
    await delay(50 * 2 ** Math.min(failures, 5) * (0.5 + choose(seed, "wait", number, failures)));
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
