import { defineConfig } from "vitest/config";

/** Ends what hangs, on a slow and busy machine too: no test waits for a time to pass. */
const HANGING_MS = 600_000;

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/deploy/**", "test/browser/**"],
    // Many tests wait for an engine or a process: one worker a core, not one core left idle.
    maxWorkers: "100%",
    testTimeout: HANGING_MS,
    hookTimeout: HANGING_MS,
    expect: { poll: { timeout: HANGING_MS } },
  },
});
