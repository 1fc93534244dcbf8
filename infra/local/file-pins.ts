import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PinStore } from "../../lambda/protect/pin-store.ts";

/** Where the PINs of numbers are kept, for operators: they may also read one. */
export interface PinAccess extends PinStore {
  /** Undefined where there is no such version. */
  read(number: string, version: number): Promise<string | undefined>;
}

/**
 * The local run's stand-in: a file for each number that only its owner may read, with a line for
 * each version. Lines are only appended, so that no PIN is ever lost.
 */
export function createFilePins(folder: string): PinAccess {
  const placeOf = (number: string) => join(folder, number);
  const readLines = async (number: string) =>
    (await readFile(placeOf(number), "utf8")).split("\n").slice(0, -1);
  return {
    placeOf,
    async save(number, pin) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await appendFile(placeOf(number), `${pin}\n`, { mode: 0o600, flush: true });
      return (await readLines(number)).lastIndexOf(pin) + 1;
    },
    async read(number, version) {
      const lines = await readLines(number).catch(() => []);
      return lines[version - 1];
    },
  };
}
