import { createRequire } from "node:module";
import { Complaint } from "../complaint.ts";

interface Level {
  open(): Promise<void>;
  close(): Promise<void>;
}

/** The very LevelDB that dynalite uses. */
const { Level } = createRequire(import.meta.resolve("dynalite"))("level") as {
  Level: new (folder: string) => Level;
};

/**
 * Throws a Complaint when the store in this folder cannot be opened; dynalite itself would end the
 * process with a stack trace.
 */
export async function checkStore(folder: string): Promise<void> {
  const store = new Level(folder);
  try {
    await store.open();
  } catch (error) {
    const { code } = (error as Error).cause as { code?: string };
    throw new Complaint(toSentence(folder, code), { cause: error });
  }
  await store.close();
}

function toSentence(folder: string, code: string | undefined): string {
  if (code === "LEVEL_LOCKED") {
    return `The data folder ${folder} is locked by another laptop run: stop that run, or name another folder with --data.`;
  }
  return `The data folder ${folder} cannot be opened (${code}): move it away, or name another folder with --data.`;
}
