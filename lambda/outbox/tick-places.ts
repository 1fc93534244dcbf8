import { METRIC } from "../shared/metric-names.ts";
import type { Item } from "./prepare.ts";
import type { Run } from "./run.ts";

/** The places of one tick. A digest's place is taken before anything is claimed for it. */
export interface TickPlaces {
  /** Waits until a digest's place is held; false if the time to claim is over before. */
  hold(): Promise<boolean>;
  /** Uses the held place, or the next one; false if the time to publish is over before. */
  spend(): Promise<boolean>;
  /** The items for which there are places of single messages, the first ones first. */
  takeSingles(items: readonly Item[]): Promise<readonly Item[]>;
}

/** A place that was taken longer ago counts in an earlier window than its message. */
const MAX_HELD_MS = 3_000;

const PAUSE_MS = 500;

export function createTickPlaces({ pace, taker, now, pause, invocation }: Run): TickPlaces {
  let heldAt: number | undefined;

  async function hold(hasTime: () => boolean): Promise<boolean> {
    while (hasTime()) {
      if (heldAt !== undefined && now() - heldAt <= MAX_HELD_MS) return true;
      const at = now();
      if (await take("digest", at)) heldAt = at;
      else await pause(PAUSE_MS);
    }
    return false;
  }

  async function take(kind: "single" | "digest", at: number): Promise<boolean> {
    try {
      return await pace.take(kind, taker, at);
    } catch (error) {
      invocation.metrics.addFailure(METRIC.relayFailed, error);
      return false;
    }
  }

  return {
    hold: () => hold(invocation.hasTimeToClaim),

    async spend() {
      const isHeld = await hold(invocation.hasTimeToPublish);
      heldAt = undefined;
      return isHeld;
    },

    async takeSingles(items) {
      const taken: Item[] = [];
      for (const item of items) {
        if (!(await take("single", now()))) break;
        taken.push(item);
      }
      return taken;
    },
  };
}
