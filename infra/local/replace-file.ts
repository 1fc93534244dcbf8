import { rename, rm, writeFile } from "node:fs/promises";

/** Writes the whole file or leaves it as it was: who reads it meanwhile never sees a part. */
export async function replaceFile(
  file: string,
  content: Parameters<typeof writeFile>[1],
  mode = 0o600,
): Promise<void> {
  const draft = `${file}.${process.pid}.draft`;
  try {
    await writeFile(draft, content, { mode });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
