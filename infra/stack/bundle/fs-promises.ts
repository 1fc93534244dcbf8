import { readFileSync } from "node:fs";

/**
 * Stands in the bundle for `node:fs/promises`, of which the SDK calls `readFile` alone: once, for
 * the shared config files. `AWS_CONFIG_FILE` keeps working.
 */
export async function readFile(path: string, encoding: BufferEncoding): Promise<string> {
  return readFileSync(path, encoding);
}

export default { readFile };
