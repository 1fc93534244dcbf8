import { defineConfig } from "vitest/config";

/**
 * Tests of the whole application on its engines. They reach nearly every line and take seconds,
 * which is too long for thousands of mutants: the modules' own tests hold the modules.
 */
const WHOLE = ["webhook/durability", "watchdog/watchdog"];

/** Where the tests are: in one process with the code, where a mutant can be switched on. */
const { ROOMS = "lambda" } = process.env;

export default defineConfig({
  test: {
    include: ROOMS.split(",").map((room) => `test/${room}/**/*.test.ts`),
    exclude: WHOLE.map((name) => `test/lambda/${name}.test.ts`),
    // A mutant is switched on by a global, so modules need not be loaded again for each file.
    isolate: false,
    // As long as a busy machine needs: what hangs ends by the time-out of its mutant.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
