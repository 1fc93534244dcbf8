import type { PinState } from "../numbers/known.ts";
import { readPinReadings } from "../numbers/pin-readings.ts";
import { type Memory, readMemory, type Source } from "./memory.ts";

/** All that is stored of what Meta said of the numbers. Throws when it cannot be read whole. */
export async function readStoredReadings(source: Source): Promise<PinState[]> {
  const [memory, atRuns] = await Promise.all([readMemory(source), readPinReadings(source)]);
  return toStoredReadings(memory, atRuns);
}

/**
 * What Meta said to the watchdog when it asked last, but for the accounts `seen`, which Meta has
 * just shown; and what it said at the end of runs of `protect`.
 */
export function toStoredReadings(
  memory: Memory | undefined,
  atRuns: readonly PinState[],
  seen: ReadonlySet<string> = new Set(),
): PinState[] {
  const accounts = [...(memory?.accounts ?? [])].filter(([wabaId]) => !seen.has(wabaId));
  const pins = accounts.flatMap(([, account]) => account.pins);
  const watched = pins.map(([displayPhoneNumber, isPinEnabled, at]) => {
    return { displayPhoneNumber, isPinEnabled, at };
  });
  return [...watched, ...atRuns];
}
