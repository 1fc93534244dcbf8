import { defineConfig } from "vitest/config";

/** One story in order: what follows a failure would fail because of it. */
export default defineConfig({
  test: {
    include: ["test/deploy/*.test.ts"],
    globalSetup: "test/deploy/setup.ts",
    bail: 1,
    fileParallelism: false,
    reporters: "verbose",
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
