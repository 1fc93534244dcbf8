import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Holds processes to a share of one core, as Lambda does for a function's memory. */
export interface CpuShare {
  /** A process joins by writing its id into this file. */
  readonly joinFile: string;
  remove(): void;
}

/** Lambda gives one whole core at this size, and a share of it below. */
const FULL_CORE_MB = 1769;

const PERIOD_US = 20_000;
const V2 = "/sys/fs/cgroup";
const V1 = "/sys/fs/cgroup/cpu";

/** Undefined where this machine lets nobody set a share: it takes root and a cgroup controller. */
export function createCpuShare(memoryMb: number): CpuShare | undefined {
  const quota = Math.round(PERIOD_US * Math.min(1, memoryMb / FULL_CORE_MB));
  const isV2 = existsSync(join(V2, "cgroup.controllers"));
  const folder = join(isV2 ? V2 : V1, `bench-${process.pid}-${memoryMb}`);
  try {
    mkdirSync(folder);
    if (isV2) writeFileSync(join(folder, "cpu.max"), `${quota} ${PERIOD_US}`);
    else {
      writeFileSync(join(folder, "cpu.cfs_period_us"), String(PERIOD_US));
      writeFileSync(join(folder, "cpu.cfs_quota_us"), String(quota));
    }
  } catch {
    return undefined;
  }
  return { joinFile: join(folder, "cgroup.procs"), remove: () => rmdirSync(folder) };
}
