import { PRICES } from "../infra/stack/prices.ts";
import { startAws } from "./aws.ts";
import { createCpuShare } from "./cpu-share.ts";
import { toPosts } from "./deliveries.ts";
import { round, toSpread } from "./marks.ts";
import type { Section } from "./report.ts";
import { runProbe } from "./run.ts";

/** What one memory size comes to. Milliseconds from a POST's arrival to SNS's acceptance. */
interface AtMemory {
  readonly memoryMb: number;
  /** Whether the process was held to the CPU share that Lambda gives at this size. */
  readonly isHeld: boolean;
  readonly cold: Percentiles;
  readonly warm: Percentiles;
  /** A warm POST, and a tick with nothing to do, as Lambda bills them. */
  readonly postMs: number;
  readonly tickMs: number;
}

interface Percentiles {
  readonly min: number;
  readonly median: number;
  readonly p99: number;
}

const MEMORY_MB = [256, 512, 1024, 1769];
const SERVICE_MS = 5;
const WARM = 60;
/** Fewer minutes than until the first repeat. */
const IDLE_TICKS = 4;
const TICKS_A_MONTH = 30 * 24 * 60;

/** The function at several memory sizes, its services answering after 5 ms. */
export async function measureTimeToAlert(probe: string, file: string, rounds: number) {
  const work = { posts: toPosts(1 + WARM, 1), ticks: IDLE_TICKS };
  async function measureAt(memoryMb: number): Promise<AtMemory> {
    const share = createCpuShare(memoryMb);
    const [cold, warm, posts, ticks] = [[], [], [], []] as number[][];
    for (let count = 0; count < rounds; count++) {
      const aws = await startAws({ delayMs: SERVICE_MS, paced: false });
      const options = { memoryMb, joinFile: share?.joinFile };
      const { sample } = await runProbe({ aws, probe, file }, work, options);
      const { published } = await aws.take();
      aws.stop();
      const acceptedAt = published.map(({ at }) => at);
      const [first = Number.NaN, ...rest] = toMilliseconds(sample.postedAt, acceptedAt);
      cold?.push(first);
      warm?.push(...rest);
      posts?.push(...sample.postMs.slice(1));
      ticks?.push(...sample.tickMs);
    }
    share?.remove();
    const [postMs, tickMs] = [posts, ticks].map((all) => toSpread(all ?? []).median);
    const [atCold, atWarm] = [cold, warm].map((all) => toPercentiles(all ?? []));
    return {
      memoryMb,
      isHeld: share !== undefined,
      cold: atCold,
      warm: atWarm,
      postMs,
      tickMs,
    } as AtMemory;
  }
  const figures: AtMemory[] = [];
  for (const memoryMb of MEMORY_MB) figures.push(await measureAt(memoryMb));
  return toSection(figures);
}

/** Each post waits for its answer, so that publications come in the order of posts. */
function toMilliseconds(postedAt: readonly number[], acceptedAt: readonly number[]): number[] {
  if (postedAt.length !== acceptedAt.length) {
    throw new Error(`${postedAt.length} reset requests came to ${acceptedAt.length} alerts`);
  }
  return postedAt.map((at, index) => ((acceptedAt[index] ?? Number.NaN) - at) / 1000);
}

function toPercentiles(samples: readonly number[]): Percentiles {
  const sorted = samples.toSorted((a, b) => a - b);
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
  return { ...toSpread(sorted), p99 };
}

function toSection(figures: readonly AtMemory[]): Section {
  const rows = figures.map(({ memoryMb, isHeld, cold, warm, postMs, tickMs }) => [
    `${memoryMb} MB`,
    ...[cold, warm].map(({ min, median, p99 }) => [min, median, p99].map(round).join(" / ")),
    ...[postMs, tickMs].map(round),
    toUsd(TICKS_A_MONTH, tickMs, memoryMb),
    isHeld ? "yes" : "no: this machine can't",
  ]);
  const head = ["memory", "cold", "warm", "a POST", "an idle tick", "ticks, USD a month"];
  const title =
    "Milliseconds from a POST's arrival to SNS's acceptance of its alert, each service answering after 5 ms, min / median / p99; how long Lambda bills for a warm POST and for a tick with nothing to do:";
  return { tables: [{ title, rows: [[...head, "held to its CPU share"], ...rows] }], marks: [] };
}

function toUsd(invocations: number, milliseconds: number, memoryMb: number): string {
  const gigabyteSeconds = ((invocations * milliseconds) / 1000) * (memoryMb / 1024);
  return (gigabyteSeconds * PRICES.gigabyteSecond).toFixed(3);
}
