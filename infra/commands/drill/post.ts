import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../../cli/errors.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { post } from "../../meta-app/delivery.ts";
import type { TestDelivery } from "./test-delivery.ts";

export interface Patience {
  /** When to give up, milliseconds since the epoch. */
  readonly until: number;
  readonly pauseMs: number;
  readonly announce: (what: string) => void;
}

/**
 * Posts the delivery until it is answered 200. The function re-reads its secret at most once a
 * minute, so a new app secret may be refused at first: retry.
 */
export async function postUntilAccepted(
  deployment: Deployment,
  delivery: TestDelivery,
  { until, pauseMs, announce }: Patience,
): Promise<void> {
  for (;;) {
    const { status } = await post(deployment.webhookUrl, delivery.body, delivery.signature);
    if (status === 200) return;
    if (!MAY_PASS.includes(status) || Date.now() + pauseMs > until) {
      throw new UserError(`${deployment.webhookUrl} answers ${status}: ${toMeaning(status)}.`);
    }
    announce(`answered ${status}; an app secret just saved takes a minute: trying again`);
    await delay(pauseMs);
  }
}

const MAY_PASS = [401, 503];

function toMeaning(status: number): string {
  if (status === 401) return "the function knows another app secret than the one that is saved";
  if (status === 503) return "the function has no app secret, or can't read it";
  return status === 404 ? "the address leads elsewhere" : "see the function's log";
}
