import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UserError } from "../cli/errors.ts";

/** Makes sure that the folder is there, its owner's alone, and can be written. Throws a UserError. */
export function createFolder(folder: string): void {
  try {
    create(resolve(folder));
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `The data folder ${folder} cannot be written (${code}): name another one with --data.`,
    );
  }
}

/** Node's own recursion never ends where a folder that is there takes none, such as in /proc. */
function create(folder: string): void {
  if (existsSync(folder)) return;
  create(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** Writes the whole file or leaves it as it was: who reads it meanwhile never sees a part. */
export async function replaceFile(
  file: string,
  content: Parameters<typeof writeFile>[1],
  mode = 0o600,
): Promise<void> {
  const draft = `${file}.${process.pid}.draft`;
  try {
    await rm(draft, { force: true });
    // A link that somebody put there would lead the secret elsewhere.
    await writeFile(draft, content, { mode, flag: "wx" });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
