import { defineConfig } from "vitest/config";

/** What holds `lambda/` to its promises within one process, where a mutant can be switched on. */
export default defineConfig({
  test: {
    include: ["test/lambda/**/*.test.ts", "test/fuzz/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
