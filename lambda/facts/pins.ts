import type { PinState } from "../numbers/known.ts";
import { readPinReadings } from "../numbers/pin-readings.ts";
import { type Memory, readMemory, type Source } from "./memory.ts";
import type { AccountFacts } from "./meta-facts.ts";

interface Readers {
  memory(): Promise<Memory | undefined>;
  accounts(): Promise<readonly AccountFacts[] | undefined>;
}

/** What Meta says of the numbers now, at `at`, and what is stored of what it said before. */
export async function readPins(source: Source, read: Readers, at: number): Promise<PinState[]> {
  const accounts = (await read.accounts().catch(() => undefined)) ?? [];
  const seen = new Set<string>();
  const now: PinState[] = [];
  for (const { wabaId, numbers } of accounts) {
    const found = await numbers.catch(() => undefined);
    if (!found) continue;
    seen.add(wabaId);
    for (const { displayPhoneNumber, isPinEnabled } of found) {
      if (isPinEnabled !== undefined) now.push({ displayPhoneNumber, isPinEnabled, at });
    }
  }
  const memory = await read.memory().catch(() => undefined);
  const atRuns = await readPinReadings(source).catch(() => []);
  return [...toStoredPins(memory, atRuns, seen), ...now];
}

/** All that is stored of what Meta said of the numbers. Throws when it cannot be read whole. */
export async function readStoredPins(source: Source): Promise<PinState[]> {
  const [memory, atRuns] = await Promise.all([readMemory(source), readPinReadings(source)]);
  return toStoredPins(memory, atRuns, new Set());
}

/**
 * What Meta said to the watchdog when it asked last, but for the accounts `seen`, which Meta has
 * just shown; and what it said at the end of runs of `protect`.
 */
function toStoredPins(
  memory: Memory | undefined,
  atRuns: readonly PinState[],
  seen: ReadonlySet<string>,
): PinState[] {
  const accounts = [...(memory?.accounts ?? [])].filter(([wabaId]) => !seen.has(wabaId));
  const pins = accounts.flatMap(([, account]) => account.pins);
  const watched = pins.map(([displayPhoneNumber, isPinEnabled, at]) => {
    return { displayPhoneNumber, isPinEnabled, at };
  });
  return [...watched, ...atRuns];
}
