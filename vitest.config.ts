import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Ends what hangs, on a slow and busy machine too: no test waits for a time to pass. */
const HANGING_MS = 600_000;

// Workers, and the commands that tests start, compile the SDK and the sources once, not each anew.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), "whatsapp-security-webhook-tests");

/** What takes longest, in this order: begun last, one worker would work long after all others. */
const LONGEST = ["explore/explore", "explore/mutants", "soak/", "docs/commands", "local/local"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => toRank(a) - toRank(b));
  }
}

function toRank({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((part) => moduleId.includes(part));
  return rank < 0 ? LONGEST.length : rank;
}

/**
 * What changes its process for good, or fills its memory. All others share processes, which keep the
 * modules for the next file: loading them takes longer than most of these tests.
 */
const ALONE = [
  "test/explore/*.test.ts",
  "test/soak/*.test.ts",
  "test/lambda/*-handler.test.ts",
  "test/lambda/watchdog/watchdog.test.ts",
  "test/infra/cli/arguments.test.ts",
  "test/infra/commands/{commands,history,protect}.test.ts",
  "test/infra/local/local.test.ts",
  "test/infra/stack/bundle*.test.ts",
];
const OPTIONAL = ["test/deploy/**", "test/browser/**"];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: "alone", include: ALONE } },
      {
        extends: true,
        test: {
          name: "sharing",
          include: ["test/**/*.test.ts"],
          exclude: [...ALONE, ...OPTIONAL],
          isolate: false,
        },
      },
    ],
    // Many tests wait for an engine or a process: more workers than cores leave no core idle.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    sequence: { sequencer: LongestFirst },
    testTimeout: HANGING_MS,
    hookTimeout: HANGING_MS,
    expect: { poll: { timeout: HANGING_MS } },
  },
});
