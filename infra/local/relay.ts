import { FUNCTION } from "../../lambda/shared/names.ts";
import type { Webhook } from "../../lambda/webhook/webhook.ts";
import { startInvocation } from "./function.ts";

const SCHEDULED_EVENT = { source: "aws.events", "detail-type": "Scheduled Event" };

/**
 * Ticks at once and then every minute, as the stack's rule does; every second where a repeat shall
 * come within a minute. Stopping waits for a tick.
 */
export function startRelay(
  webhook: Webhook,
  repeatAfterMinutes: readonly number[] = [],
): { stop(): Promise<void> } {
  let ticking: Promise<unknown> = Promise.resolve();
  function tick(): void {
    // The function reports a tick that fails in its log; the next one tries again.
    ticking = webhook(SCHEDULED_EVENT, startInvocation()).catch(() => {});
  }
  tick();
  const isHurried = repeatAfterMinutes.some((minutes) => minutes < FUNCTION.relayEveryMinutes);
  const timer = setInterval(tick, isHurried ? 1_000 : FUNCTION.relayEveryMinutes * 60_000);
  return {
    async stop() {
      clearInterval(timer);
      await ticking;
    },
  };
}
