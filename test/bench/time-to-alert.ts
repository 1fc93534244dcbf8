import { writeFileSync } from "node:fs";
import { startAws } from "./aws.ts";
import { createCpuShare } from "./cpu-share.ts";
import { toWork } from "./deliveries.ts";
import { toSpread } from "./figures.ts";
import { runProbe } from "./run.ts";
import { OUT_DIR, type Subject } from "./subjects.ts";

/** Milliseconds from a POST's arrival to SNS's acceptance of its alert. */
export interface TimeToAlert {
  readonly memoryMb: number;
  /** Whether the process was held to the CPU share that Lambda gives at this size. */
  readonly isHeld: boolean;
  readonly cold: Percentiles;
  readonly warm: Percentiles;
}

export interface Percentiles {
  readonly min: number;
  readonly median: number;
  readonly p99: number;
}

const MEMORY_MB = [256, 512, 1024, 1769];
const SERVICE_MS = 5;
const WARM = 60;

/** The function at several memory sizes, its services answering after 5 ms. */
export async function measureTimeToAlert(
  probe: string,
  subject: Subject,
  rounds: number,
): Promise<TimeToAlert[]> {
  const workFile = `${OUT_DIR}/alerts.json`;
  writeFileSync(workFile, JSON.stringify(toWork(WARM)));
  const aws = await startAws(SERVICE_MS);
  const bench = { aws, probe, workFile, singles: WARM };
  async function measureAt(memoryMb: number): Promise<TimeToAlert> {
    const share = createCpuShare(memoryMb);
    const cold: number[] = [];
    const warm: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const options = { memoryMb, joinFile: share?.joinFile };
      const { postedAt = [] } = await runProbe(bench, subject, "alert", options);
      const { acceptedAt } = await aws.takeCounts();
      const [first = Number.NaN, ...rest] = toMilliseconds(postedAt, acceptedAt);
      cold.push(first);
      warm.push(...rest);
    }
    share?.remove();
    const isHeld = share !== undefined;
    return { memoryMb, isHeld, cold: toPercentiles(cold), warm: toPercentiles(warm) };
  }
  try {
    const figures: TimeToAlert[] = [];
    for (const memoryMb of MEMORY_MB) figures.push(await measureAt(memoryMb));
    return figures;
  } finally {
    aws.stop();
  }
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
