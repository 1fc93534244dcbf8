import { setTimeout as delay } from "node:timers/promises";
import { inParallel } from "../../lambda/shared/parallel.ts";
import { sign } from "../support/builders.ts";
import type { Fleet } from "./fleet.ts";
import { choose, type Delivery, type Plan, toBody } from "./plan.ts";

/** How many deliveries are under way at once. */
const LANES = 12;

/** As long as Meta is known to wait for an answer. Milliseconds. */
const PATIENCE_MS = 20_000;

export function toLines(waiting: ReadonlyMap<number, number>): string[] {
  return [...waiting].map(([number, failures]) => `delivery ${number}: ${failures} tries failed`);
}

/**
 * Delivers as Meta does: everything in the plan, each again and again until it is answered 200. When
 * all is delivered it starts over, until every death of the plan has come. Ends with the signal.
 * `waiting` has the deliveries under way, by number: how many tries of each failed.
 */
export async function deliverAll(
  { seed, deliveries, deaths }: Plan,
  fleet: Fleet,
  waiting: Map<number, number>,
  signal: AbortSignal,
) {
  const sent = { deliveries: 0, retries: 0 };
  function* untilAllDied(): Generator<[number, Delivery]> {
    for (let number = 0; number < deliveries.length || fleet.kills() < deaths.length; number++) {
      yield [number, deliveries[number % deliveries.length] as Delivery];
    }
  }
  await inParallel(untilAllDied(), LANES, async ([number, delivery]) => {
    const body = toBody(delivery);
    for (let failures = 0; ; failures++) {
      waiting.set(number, failures);
      if (await post(await fleet.url(), body)) break;
      sent.retries += 1;
      const share = 0.5 + choose(seed, "wait", number, failures);
      await delay(50 * 2 ** Math.min(failures, 5) * share, undefined, { signal });
    }
    waiting.delete(number);
    sent.deliveries += 1;
  });
  return sent;
}

function post(url: string, body: string): Promise<boolean> {
  const headers = { "content-type": "application/json", "x-hub-signature-256": sign(body) };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  return fetch(url, { method: "POST", headers, body, signal }).then(
    ({ status }) => status === 200,
    () => false,
  );
}
