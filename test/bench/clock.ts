/** Milliseconds, and CPU time of the whole process. */
export async function measure(act: () => Promise<unknown>): Promise<{ ms: number; cpuMs: number }> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await act();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000 };
}

/** Microseconds of the machine's clock, which all its processes share. */
export function now(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
