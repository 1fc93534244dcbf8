import { defineConfig } from "vitest/config";

/** What holds `lambda/` to its promises within one process, where a mutant can be switched on. */
export default defineConfig({
  test: {
    include: ["test/lambda/**/*.test.ts", "test/fuzz/**/*.test.ts"],
    // A mutant is switched on by a global, so modules need not be loaded anew for each file.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
