import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { FUNCTION } from "../../lambda/shared/names.ts";
import { build } from "./build.ts";
import { createCpuShare } from "./cpu-share.ts";
import { atMost } from "./marks.ts";
import type { Section } from "./report.ts";

/** The overview of 10,000 numbers with 100,000 events, in a process with the watchdog's memory. */
export async function measureOverview(): Promise<Section> {
  const file = build("overview.mjs", "test/bench/overview-probe.ts");
  const share = createCpuShare(FUNCTION.memoryMb);
  const flags = [`--max-old-space-size=${Math.floor(FUNCTION.memoryMb * 0.9)}`];
  try {
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [...flags, file, share?.joinFile ?? ""]);
    const { ms, peakMb } = JSON.parse(stdout);
    const what = `10,000 numbers × 100,000 events, ${FUNCTION.memoryMb} MB: the overview`;
    return {
      tables: [],
      marks: [atMost(what, 10, ms / 1000, "s"), atMost(`${what}'s peak memory`, 300, peakMb, "MB")],
    };
  } finally {
    share?.remove();
  }
}
