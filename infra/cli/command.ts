import { Command } from "commander";
import { quote } from "../../lambda/shared/commands.ts";
import { parseText } from "./arguments.ts";
import { toUserError } from "./errors.ts";
import { assertNothingSwallowed } from "./npm.ts";
import { createTerminal, endWithReader, type Terminal } from "./terminal.ts";
import { WIDTH, wrap } from "./text.ts";

/** The data folder of the local run. */
export const DEFAULT_DATA = ".local";

/** Makes a command work on the local run with this folder; empty for the usual one. */
export function toDataFlags(data: string): string {
  return data === DEFAULT_DATA ? "" : ` --data ${quote(data)}`;
}

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
    .option(
      "--stack <name>",
      "work on this deployed stack (AWS credentials as the SDK finds them)",
      parseText,
    )
    .option("--data <dir>", "work on the local run with this data folder", parseText, DEFAULT_DATA)
    .option("--json", "print one JSON document instead of text");
}

/** Parses what was typed and runs the command's action, unless npm kept an option for itself. */
export async function parseCommand(command: Command): Promise<void> {
  try {
    assertNothingSwallowed(command, process.argv.slice(2), process.env);
  } catch (error) {
    return fail(error);
  }
  await command.parseAsync();
}

/** Ends the process with the action's exit code, or with 1 and a sentence. */
export async function runCommand(
  action: (terminal: Terminal) => Promise<number>,
  { asks = false } = {},
): Promise<void> {
  endWithReader();
  const terminal = createTerminal({ asks });
  try {
    process.exitCode = await action(terminal);
  } catch (error) {
    fail(error);
  } finally {
    terminal.close();
  }
}

function fail(error: unknown): void {
  const paragraphs = toUserError(error).message.split("\n");
  const lines = paragraphs.flatMap((paragraph) => wrap(paragraph));
  process.stderr.write(`${lines.join("\n")}\n`);
  process.exitCode = 1;
}
