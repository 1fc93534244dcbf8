import { writeFileSync } from "node:fs";
import { type Attack, type Kind, toFigures } from "./attack-figures.ts";
import { type Aws, startStatefulAws } from "./aws.ts";
import { createCpuShare } from "./cpu-share.ts";
import { toAttack, type Work } from "./deliveries.ts";
import { MEMORY_MB, runProbe } from "./run.ts";
import { OUT_DIR, type Subject } from "./subjects.ts";
import { add, type Usage } from "./usage.ts";

const SINGLE = { name: "one reset request", deliveries: 1, changes: 1, environments: 1 };
const THOUSAND = {
  name: "1000 reset requests in a POST",
  deliveries: 1,
  changes: 1000,
  environments: 1,
};

/** A new account may run ten environments at once. */
const KINDS: readonly Kind[] = [
  { ...SINGLE, memoryMb: MEMORY_MB },
  { ...THOUSAND, memoryMb: MEMORY_MB },
  { ...THOUSAND, memoryMb: 2 * MEMORY_MB },
  {
    name: "300 POSTs at once",
    deliveries: 300,
    changes: 1,
    environments: 10,
    memoryMb: MEMORY_MB,
  },
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
  const sorted = runs.toSorted(
    (a, b) => a.allTold.ticks - b.allTold.ticks || a.allTold.ms - b.allTold.ms,
  );
  return sorted[sorted.length >> 1] as Attack;
}

interface Stage {
  readonly aws: Aws<Usage>;
  readonly probe: string;
  readonly subject: Subject;
}

async function measureAttack(kind: Kind, { aws, probe, subject }: Stage): Promise<Attack> {
  const { environments, memoryMb } = kind;
  // Ten shares are more than this machine's cores: their processes hold each other.
  const share = environments === 1 ? createCpuShare(memoryMb) : undefined;
  const run = (work: Partial<Work>, name: string | number) => {
    const workFile = `${OUT_DIR}/attack-${name}.json`;
    writeFileSync(workFile, JSON.stringify({ single: [], ...work }));
    const options = { memoryMb, joinFile: share?.joinFile };
    return runProbe({ aws, probe, workFile }, subject, "attack", options);
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
