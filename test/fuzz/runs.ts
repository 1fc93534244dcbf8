/** How often a property is tried; `FUZZ_RUNS=20000 npx vitest run test/fuzz` looks deeper. */
export const RUNS = Number(process.env.FUZZ_RUNS ?? 300);

/** For a test of that many tries. Milliseconds. */
export const TIMEOUT = 30_000 + RUNS * 50;
