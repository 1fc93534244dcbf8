import { FUNCTION } from "../../lambda/shared/names.ts";
import { type Aws, startAws } from "./aws.ts";
import { createCpuShare } from "./cpu-share.ts";
import { toPosts } from "./deliveries.ts";
import { atMost, countMostWithin } from "./marks.ts";
import type { Section } from "./report.ts";
import { type Stage as AnyStage, runProbe } from "./run.ts";
import type { Usage } from "./services.ts";

/** Deliveries to cold environments, each of which takes its part one after the other. */
interface Kind {
  readonly name: string;
  readonly deliveries: number;
  readonly changes: number;
  readonly environments: number;
  readonly memoryMb: number;
}

interface Stage extends AnyStage {
  readonly aws: Aws;
}

/** After so many ticks of the relay, milliseconds from the last one, or from the arrival. */
interface Moment {
  readonly ticks: number;
  readonly ms: number;
}

interface Attack {
  readonly kind: Kind;
  /** Whether each process was held to the CPU share that Lambda gives. */
  readonly isHeld: boolean;
  readonly storedMs: number;
  readonly firstMessage: Moment;
  readonly allPublished: Moment;
  readonly requests: number;
  readonly messages: number;
  /** The most messages in any second. */
  readonly most: number;
}

const { memoryMb } = FUNCTION;
const THOUSAND = { name: "1000 reset requests in a POST", deliveries: 1, changes: 1000 };

/** A new account may run ten environments at once. */
const KINDS: readonly Kind[] = [
  { name: "one reset request", deliveries: 1, changes: 1, environments: 1, memoryMb },
  { ...THOUSAND, environments: 1, memoryMb },
  { ...THOUSAND, environments: 1, memoryMb: memoryMb / 2 },
  { name: "300 POSTs at once", deliveries: 300, changes: 1, environments: 10, memoryMb },
];

const SERVICE_MS = 5;
const MOST_TICKS = 3;

/** The middle one, by the time until all is published, of some runs of each. */
export async function measureAttacks(probe: string, file: string, rounds: number) {
  const attacks: Attack[] = [];
  for (const kind of KINDS) {
    const runs: Attack[] = [];
    for (let round = 0; round < rounds; round++) {
      const aws = await startAws({ delayMs: SERVICE_MS, paced: true });
      try {
        runs.push(await measureAttack(kind, { aws, probe, file }));
      } finally {
        aws.stop();
      }
    }
    attacks.push(toMiddle(runs));
  }
  return toSection(attacks);
}

function toMiddle(runs: readonly Attack[]): Attack {
  const sorted = runs.toSorted(
    (a, b) => a.allPublished.ticks - b.allPublished.ticks || a.allPublished.ms - b.allPublished.ms,
  );
  return sorted[sorted.length >> 1] as Attack;
}

async function measureAttack(kind: Kind, stage: Stage): Promise<Attack> {
  const { deliveries, changes, environments, memoryMb: size } = kind;
  // Ten shares are more than this machine's cores: their processes hold each other.
  const share = environments === 1 ? createCpuShare(size) : undefined;
  const options = { memoryMb: size, joinFile: share?.joinFile };
  try {
    const all = toPosts(deliveries, changes);
    const each = Math.ceil(deliveries / environments);
    const parts = Array.from({ length: environments }, (_, index) => {
      return all.slice(index * each, (index + 1) * each);
    });
    const probed = await Promise.all(
      parts.map((posts) => runProbe(stage, { posts, ticks: 0 }, options)),
    );
    const usages = [await stage.aws.take()];
    const needsTick = (usages[0]?.pending ?? 0) > 0;
    const ticks = needsTick ? MOST_TICKS : 0;
    const { tickedAt } = (await runProbe(stage, { posts: [], ticks }, options)).sample;
    if (needsTick) usages.push(await stage.aws.take());
    const arrivedAt = Math.min(...probed.flatMap(({ sample }) => sample.postedAt));
    return toFigures(kind, share !== undefined, { arrivedAt, tickedAt, usages });
  } finally {
    share?.remove();
  }
}

interface Course {
  readonly arrivedAt: number;
  readonly tickedAt: readonly number[];
  readonly usages: readonly Usage[];
}

/** Throws when not all was stored and published. */
function toFigures(kind: Kind, isHeld: boolean, { arrivedAt, tickedAt, usages }: Course): Attack {
  const { events, pending } = usages.at(-1) ?? {};
  if (events !== kind.deliveries * kind.changes || pending !== 0) {
    throw new Error(`${kind.name}: ${events} are stored, and ${pending} of them not published`);
  }
  const times = usages.flatMap(({ published }) => published.map(({ at }) => at));
  const toMoment = (at = Number.NaN) => {
    const before = tickedAt.filter((tick) => tick < at);
    return { ticks: before.length, ms: (at - (before.at(-1) ?? arrivedAt)) / 1000 };
  };
  const counts = usages.flatMap(({ requests }) => Object.values(requests));
  return {
    kind,
    isHeld,
    storedMs: (Math.max(...usages.map(({ storedAt }) => storedAt)) - arrivedAt) / 1000,
    firstMessage: toMoment(times[0]),
    allPublished: toMoment(times.at(-1)),
    requests: counts.reduce((sum, count) => sum + count, 0),
    messages: times.length,
    most: countMostWithin(times, SECOND_US),
  };
}

const SECOND_US = 1_000_000;

function toSection(attacks: readonly Attack[]): Section {
  const rows = attacks.map(({ kind, isHeld, storedMs, firstMessage, allPublished, ...counts }) => [
    kind.name,
    isHeld ? `${kind.memoryMb} MB` : "whole cores",
    seconds(storedMs),
    say(firstMessage),
    say(allPublished),
    counts.requests.toLocaleString("en-US"),
    String(counts.messages),
  ]);
  const head = [
    "to a cold function",
    "CPU share of",
    "all stored",
    "first message",
    "all published",
  ];
  const [, thousand, , posts] = attacks as [Attack, Attack, Attack, Attack];
  const title =
    "A mass attack, each service answering after 5 ms; the relay's ticks come once a minute:";
  return {
    tables: [{ title, rows: [[...head, "requests", "messages"], ...rows] }],
    marks: [
      atMost("1000 in a POST: all stored, of a request's 15 s", 12, thousand.storedMs / 1000, "s"),
      atMost("1000 in a POST: ticks until all is published", 1, thousand.allPublished.ticks),
      atMost("300 POSTs at once: ticks until all is published", 1, posts.allPublished.ticks),
      atMost("messages in any second", 10, Math.max(...attacks.map(({ most }) => most))),
    ],
  };
}

function say({ ticks, ms }: Moment): string {
  return ticks === 0 ? seconds(ms) : `tick ${ticks}, after ${seconds(ms)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} s`;
}
