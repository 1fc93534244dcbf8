import { Command } from "commander";
import { toUserError } from "./errors.ts";
import { createTerminal, endWithReader, type Terminal } from "./terminal.ts";
import { WIDTH, wrap } from "./text.ts";

/** The data folder of the local run. */
export const DEFAULT_DATA = ".local";

/** What every operator's command takes. */
export interface CommonOptions {
  readonly stack?: string;
  readonly data?: string;
  readonly json?: boolean;
}

export function createCommand(name: string, description: string): Command {
  return new Command(`npm run ${name} --`)
    .usage("[options]")
    .description(description)
    .configureHelp({ helpWidth: WIDTH })
    .option("--stack <name>", "work on this deployed stack (AWS credentials as the SDK finds them)")
    .option("--data <dir>", "work on the local run with this data folder", DEFAULT_DATA)
    .option("--json", "print one JSON document instead of text");
}

/** Ends the process with the action's exit code, or with 1 and a sentence. */
export async function runCommand(action: (terminal: Terminal) => Promise<number>): Promise<void> {
  endWithReader();
  const terminal = createTerminal();
  try {
    process.exitCode = await action(terminal);
  } catch (error) {
    const paragraphs = toUserError(error).message.split("\n");
    for (const line of paragraphs.flatMap((paragraph) => wrap(paragraph))) terminal.info(line);
    process.exitCode = 1;
  }
}
