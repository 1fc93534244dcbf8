import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../cli/errors.ts";
import { KEPT, type KeptSettings, parseKept } from "../../stack/kept-settings.ts";

type Context = Readonly<Record<string, unknown>>;

/** CDK's own file for context: every `cdk` command reads it. */
export const KEPT_FILE = "cdk.context.json";

/** What the files of the project's folder say. */
export interface FileContext {
  /** `cdk.json`: wins over what is kept. */
  readonly project: Context;
  readonly kept: KeptSettings;
}

export function readContext(folder: string): FileContext {
  const { context = {} } = readJson(join(folder, "cdk.json")) as { context?: Context };
  return { project: context, kept: parseKept(readJson(join(folder, KEPT_FILE))[KEPT]) };
}

/** Keeps the settings of one stack beside those of others. False if they were kept before. */
export function keepSettings(folder: string, stackName: string, settings: Context): boolean {
  const file = join(folder, KEPT_FILE);
  const context = readJson(file);
  const kept = { ...parseKept(context[KEPT]), [stackName]: settings };
  const text = `${JSON.stringify({ ...context, [KEPT]: kept }, null, 2)}\n`;
  if (existsSync(file) && readFileSync(file, "utf8") === text) return false;
  // Addresses of people, and perhaps a monitor's URL.
  writeFileSync(file, text, { mode: 0o600 });
  return true;
}

function readJson(file: string): Context {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new UserError(`${file} is not JSON: correct it, or take it from a backup.`);
  }
}
