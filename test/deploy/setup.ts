import type { TestProject } from "vitest/node";
import { EmulatorError, startEmulator } from "./emulator.ts";
import type { Environment } from "./environment.ts";

declare module "vitest" {
  export interface ProvidedContext {
    emulator: Environment;
  }
}

/** Starts the emulator for the whole run. Without one the run fails with a sentence. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  try {
    const { environment, stop } = await startEmulator();
    provide("emulator", environment);
    return stop;
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error;
    console.error(`\n${error.message}\n`);
    process.exit(1);
  }
}
