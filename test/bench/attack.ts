import { writeFileSync } from "node:fs";
import { type Aws, startStatefulAws } from "./aws.ts";
import { createCpuShare } from "./cpu-share.ts";
import { toAttack, type Work } from "./deliveries.ts";
import { MEMORY_MB, runProbe } from "./run.ts";
import type { Sample } from "./sample.ts";
import { OUT_DIR, type Subject } from "./subjects.ts";
import { add, type Usage } from "./usage.ts";

/** Deliveries to cold environments: how fast they are told, and what that takes. */
export interface Attack {
  readonly name: string;
  readonly deliveries: number;
  readonly events: number;
  /** Whether each process was held to the CPU share that Lambda gives. */
  readonly isHeld: boolean;
  /** From the arrival; milliseconds. */
  readonly storedMs: number;
  readonly firstMessageMs: number;
  /** Relay ticks until all are told, and the milliseconds from the last one, or from the arrival. */
  readonly ticks: number;
  readonly toldMs: number;
  /** Milliseconds of Lambda for the deliveries, cold starts with them; ticks run anyway. */
  readonly workMs: number;
  readonly usage: Usage;
}

interface Kind {
  readonly name: string;
  readonly deliveries: number;
  readonly changes: number;
  /** Each takes its part of the deliveries one after the other, as in Lambda. */
  readonly environments: number;
}

/** A new account may run ten environments at once. */
const KINDS: readonly Kind[] = [
  { name: "one reset request", deliveries: 1, changes: 1, environments: 1 },
  {
    name: "1000 reset requests in a POST",
    deliveries: 1,
    changes: 1000,
    environments: 1,
  },
  { name: "300 POSTs at once", deliveries: 300, changes: 1, environments: 10 },
];

const SERVICE_MS = 5;
const MOST_TICKS = 3;

/** The middle one, by the time until all are told, of some runs of each. */
export async function measureAttacks(
  probe: string,
  subject: Subject,
  rounds: number,
): Promise<Attack[]> {
  const attacks: Attack[] = [];
  for (const kind of KINDS) {
    const runs: Attack[] = [];
    for (let round = 0; round < rounds; round++) {
      const aws = await startStatefulAws(SERVICE_MS);
      try {
        runs.push(await measureAttack(kind, { aws, probe, subject }));
      } finally {
        aws.stop();
      }
    }
    attacks.push(toMiddle(runs));
  }
  return attacks;
}

function toMiddle(runs: readonly Attack[]): Attack {
  const sorted = runs.toSorted((a, b) => a.ticks - b.ticks || a.toldMs - b.toldMs);
  return sorted[sorted.length >> 1] as Attack;
}

interface Stage {
  readonly aws: Aws<Usage>;
  readonly probe: string;
  readonly subject: Subject;
}

async function measureAttack(kind: Kind, { aws, probe, subject }: Stage): Promise<Attack> {
  // Ten shares are more than this machine's cores: their processes hold each other.
  const share = kind.environments === 1 ? createCpuShare(MEMORY_MB) : undefined;
  const run = (work: Partial<Work>, name: string | number) => {
    const workFile = `${OUT_DIR}/attack-${name}.json`;
    writeFileSync(workFile, JSON.stringify({ single: [], ...work }));
    return runProbe({ aws, probe, workFile }, subject, "attack", { joinFile: share?.joinFile });
  };
  try {
    const posts = await Promise.all(toParts(kind).map((single, index) => run({ single }, index)));
    const usage = await aws.takeCounts();
    if (usage.pending === 0) return toFigures(kind, share !== undefined, posts, [], usage);
    const { tickedAt = [] } = await run({ ticks: MOST_TICKS }, "ticks");
    const all = add(usage, await aws.takeCounts());
    return toFigures(kind, share !== undefined, posts, tickedAt, all);
  } finally {
    share?.remove();
  }
}

function toParts({ deliveries, changes, environments }: Kind): readonly Work["single"][] {
  const posts = toAttack(deliveries, changes);
  const each = Math.ceil(posts.length / environments);
  return Array.from({ length: environments }, (_, index) =>
    posts.slice(index * each, (index + 1) * each),
  );
}

function toFigures(
  { name, deliveries, changes }: Kind,
  isHeld: boolean,
  posts: readonly Sample[],
  tickedAt: readonly number[],
  usage: Usage,
): Attack {
  const events = deliveries * changes;
  if (usage.events !== events || usage.pending > 0) {
    throw new Error(`${name}: ${usage.events} of ${events} are stored, ${usage.pending} not told`);
  }
  const arrivedAt = Math.min(...posts.flatMap(({ postedAt = [] }) => postedAt));
  const toldAt = usage.publishedAt.at(-1) ?? Number.NaN;
  const before = tickedAt.filter((at) => at < toldAt);
  const toMs = (at: number, from = arrivedAt) => (at - from) / 1000;
  return {
    name,
    deliveries,
    events,
    isHeld,
    storedMs: toMs(usage.storedAt),
    firstMessageMs: toMs(usage.publishedAt[0] ?? Number.NaN),
    ticks: before.length,
    toldMs: toMs(toldAt, before.at(-1)),
    workMs: posts.reduce((sum, { initMs, workMs = 0 }) => sum + initMs + workMs, 0),
    usage,
  };
}
