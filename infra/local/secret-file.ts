import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { StoredSecret } from "../../lambda/meta/stored-secret.ts";
import { UserError } from "../cli/errors.ts";
import { parseStoredSecret } from "../meta-app/stored-secret.ts";
import { replaceFile } from "./files.ts";

export interface GivenSecret {
  readonly verifyToken?: string | undefined;
  readonly appSecrets?: readonly string[] | undefined;
}

/**
 * The local run's place for what Secrets Manager keeps on AWS, in the same form: what the file
 * keeps, with what was given on the command line in its place. Only its owner may read it.
 */
export async function prepareSecretFile(file: string, given: GivenSecret): Promise<StoredSecret> {
  const kept = await readKept(file);
  const secret = {
    ...kept,
    verifyToken: given.verifyToken ?? (kept?.verifyToken || newSecret()),
    appSecrets: given.appSecrets ?? (kept?.appSecrets.length ? kept.appSecrets : [newSecret()]),
  };
  await replaceFile(file, `${JSON.stringify(secret)}\n`);
  return secret;
}

async function readKept(file: string): Promise<StoredSecret | undefined> {
  if (!existsSync(file)) return undefined;
  return parseStoredSecret(await readSecretFile(file), file);
}

/** Throws a UserError when it is missing or not readable. */
export async function readSecretFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`${file} cannot be read (${code}): make it readable, or remove it.`);
  }
}

/** Of the same form as Meta's app secrets. */
function newSecret(): string {
  return randomBytes(16).toString("hex");
}
