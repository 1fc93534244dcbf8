import type { Sample } from "./sample.ts";
import type { Usage } from "./usage.ts";

/** After so many ticks of the relay, milliseconds from the last one, or from the arrival. */
export interface Moment {
  readonly ticks: number;
  readonly ms: number;
}

/** Deliveries to cold environments: how fast they are published, and what that takes. */
export interface Attack {
  readonly name: string;
  readonly deliveries: number;
  readonly events: number;
  readonly memoryMb: number;
  /** Whether each process was held to the CPU share that Lambda gives. */
  readonly isHeld: boolean;
  /** From the arrival; milliseconds. */
  readonly storedMs: number;
  readonly firstMessage: Moment;
  readonly allPublished: Moment;
  /** Milliseconds of Lambda for the deliveries, cold starts with them; ticks run anyway. */
  readonly workMs: number;
  readonly usage: Usage;
}

export interface Kind {
  readonly name: string;
  readonly deliveries: number;
  readonly changes: number;
  /** Each takes its part of the deliveries one after the other, as in Lambda. */
  readonly environments: number;
  readonly memoryMb: number;
}

/** Throws when not all was stored and published. */
export function toAttack(
  { name, deliveries, changes, memoryMb }: Kind,
  isHeld: boolean,
  posts: readonly Sample[],
  tickedAt: readonly number[],
  usage: Usage,
): Attack {
  const events = deliveries * changes;
  if (usage.events !== events || usage.pending > 0) {
    throw new Error(
      `${name}: ${usage.events} of ${events} are stored, ${usage.pending} not published`,
    );
  }
  const arrivedAt = Math.min(...posts.flatMap(({ postedAt = [] }) => postedAt));
  const toMoment = (at = Number.NaN) => {
    const before = tickedAt.filter((tick) => tick < at);
    return { ticks: before.length, ms: (at - (before.at(-1) ?? arrivedAt)) / 1000 };
  };
  return {
    name,
    deliveries,
    events,
    memoryMb,
    isHeld,
    storedMs: (usage.storedAt - arrivedAt) / 1000,
    firstMessage: toMoment(usage.published[0]?.at),
    allPublished: toMoment(usage.published.at(-1)?.at),
    workMs: posts.reduce((sum, { initMs, workMs = 0 }) => sum + initMs + workMs, 0),
    usage,
  };
}
