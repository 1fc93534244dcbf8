/** How often a property is tried; `FUZZ_RUNS=20000 npx vitest run test/fuzz` looks deeper. */
export const RUNS = Number(process.env.FUZZ_RUNS ?? 200);

/** Ends what hangs, however busy the machine. Milliseconds. */
export const TIMEOUT = 600_000 + RUNS * 500;
