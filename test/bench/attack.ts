import { writeFileSync } from "node:fs";
import { FUNCTION } from "../../lambda/shared/names.ts";
import { type Attack, type Kind, toAttack as toFigures } from "./attack-figures.ts";
import { type Aws, startAws } from "./aws.ts";
import { toCostTable } from "./cost.ts";
import { createCpuShare } from "./cpu-share.ts";
import { toAttack, type Work } from "./deliveries.ts";
import { atMost } from "./marks.ts";
import type { Section } from "./report.ts";
import { runProbe } from "./run.ts";
import { OUT_DIR, type Subject } from "./subjects.ts";
import { add, countMostWithin } from "./usage.ts";

const { memoryMb } = FUNCTION;
const THOUSAND = { name: "1000 reset requests in a POST", deliveries: 1, changes: 1000 };

/** A new account may run ten environments at once. */
const KINDS: readonly Kind[] = [
  { name: "one reset request", deliveries: 1, changes: 1, environments: 1, memoryMb },
  { ...THOUSAND, environments: 1, memoryMb },
  { ...THOUSAND, environments: 1, memoryMb: memoryMb === 512 ? 1024 : 512 },
  { name: "300 POSTs at once", deliveries: 300, changes: 1, environments: 10, memoryMb },
];

const SERVICE_MS = 5;
const MOST_TICKS = 3;

/** The middle one, by the time until all is published, of some runs of each. */
export async function measureAttacks(
  probe: string,
  subject: Subject,
  rounds: number,
): Promise<Section> {
  const attacks: Attack[] = [];
  for (const kind of KINDS) {
    const runs: Attack[] = [];
    for (let round = 0; round < rounds; round++) {
      const aws = await startAws({ delayMs: SERVICE_MS, paced: true });
      try {
        runs.push(await measureAttack(kind, { aws, probe, subject }));
      } finally {
        aws.stop();
      }
    }
    attacks.push(toMiddle(runs));
  }
  return toSection(attacks as [Attack, Attack, Attack, Attack]);
}

function toMiddle(runs: readonly Attack[]): Attack {
  const sorted = runs.toSorted(
    (a, b) => a.allPublished.ticks - b.allPublished.ticks || a.allPublished.ms - b.allPublished.ms,
  );
  return sorted[sorted.length >> 1] as Attack;
}

interface Stage {
  readonly aws: Aws;
  readonly probe: string;
  readonly subject: Subject;
}

async function measureAttack(kind: Kind, { aws, probe, subject }: Stage): Promise<Attack> {
  // Ten shares are more than this machine's cores: their processes hold each other.
  const share = kind.environments === 1 ? createCpuShare(kind.memoryMb) : undefined;
  const run = async (work: Partial<Work>, name: string | number) => {
    const workFile = `${OUT_DIR}/attack-${name}.json`;
    writeFileSync(workFile, JSON.stringify({ single: [], ...work }));
    const options = { memoryMb: kind.memoryMb, joinFile: share?.joinFile };
    return (await runProbe({ aws, probe, workFile }, subject, "attack", options)).sample;
  };
  try {
    const posts = await Promise.all(toParts(kind).map((single, index) => run({ single }, index)));
    const usage = await aws.take();
    if (usage.pending === 0) return toFigures(kind, share !== undefined, posts, [], usage);
    const { tickedAt = [] } = await run({ ticks: MOST_TICKS }, "ticks");
    const all = add(usage, await aws.take());
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

const SECOND_US = 1_000_000;

/** The first one is no attack, but what one alert takes. */
function toSection([single, thousand, other, posts]: readonly [
  Attack,
  Attack,
  Attack,
  Attack,
]): Section {
  const attacks = [single, thousand, other, posts];
  const rows = attacks.map(
    ({ name, memoryMb: size, isHeld, storedMs, firstMessage, allPublished }) => {
      const share = isHeld ? `${size} MB` : "whole cores";
      return [name, share, seconds(storedMs), say(firstMessage), say(allPublished)];
    },
  );
  const head = [
    "to a cold function",
    "CPU share of",
    "all stored",
    "first message",
    "all published",
  ];
  const most = attacks.map(({ usage }) =>
    countMostWithin(
      usage.published.map(({ at }) => at),
      SECOND_US,
    ),
  );
  return {
    tables: [
      {
        title:
          "A mass attack, each service answering after 5 ms; the relay's ticks come once a minute:",
        rows: [head, ...rows],
      },
      toCostTable(single, thousand),
    ],
    marks: [
      atMost(
        "1000 in a POST: all stored, of the 15 s of a request",
        12,
        thousand.storedMs / 1000,
        "s",
      ),
      atMost("1000 in a POST: ticks until all is published", 1, thousand.allPublished.ticks),
      atMost("300 POSTs at once: ticks until all is published", 1, posts.allPublished.ticks),
      atMost("messages in any second", 10, Math.max(...most)),
    ],
  };
}

function say({ ticks, ms }: Attack["allPublished"]): string {
  return ticks === 0 ? seconds(ms) : `tick ${ticks}, after ${seconds(ms)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} s`;
}
