/** What a run is doing, for the message when it does not end. */
export interface Progress {
  step: string;
  details?: () => readonly string[];
}

/** The run's result; rejects after so many seconds with what the run was waiting for. */
export async function limit<T>(run: Promise<T>, seconds: number, progress: Progress): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(toText(seconds, progress))), seconds * 1000);
  // After the limit nobody waits for the run, and what it is made of is being stopped.
  run.catch(() => {});
  try {
    return await Promise.race([run, late]);
  } finally {
    clearTimeout(timer);
  }
}

function toText(seconds: number, { step, details }: Progress): string {
  return [`not ended after ${seconds} seconds, while ${step}`, ...(details?.() ?? [])].join("\n  ");
}
