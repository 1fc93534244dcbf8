import { Command, Option } from "commander";
import { DEFAULT_DATA } from "../deployment/deployment.ts";
import { GRAPH_URL, GRAPH_VERSION } from "../meta/graph.ts";
import { endWithReader } from "./broken-pipe.ts";
import { toComplaint } from "./errors.ts";
import { createTerminal, type Terminal, WIDTH, wrap } from "./terminal.ts";

/** What every operator's command takes. */
export interface CommonOptions {
  readonly stack?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** Where to find Meta, and which app and accounts are meant. Secrets are never options. */
export interface MetaOptions {
  readonly appId?: string;
  readonly waba: readonly string[];
  readonly graphUrl: string;
  readonly graphVersion: string;
}

/** Environment variables that carry what must not stand in the list of processes. */
export const SECRET_ENV = {
  appSecret: "WHATSAPP_APP_SECRET",
  systemUserToken: "WHATSAPP_SYSTEM_USER_TOKEN",
} as const;

export function createCommand(name: string, description: string): Command {
  return new Command(`npm run ${name} --`)
    .usage("[options]")
    .description(description)
    .configureHelp({ helpWidth: WIDTH })
    .option("--stack <name>", "work on this deployed stack (AWS credentials as the SDK finds them)")
    .option("--data <dir>", "work on the laptop run with this data folder", DEFAULT_DATA)
    .option("--json", "print one JSON document instead of text");
}

export function addMetaOptions(command: Command, { accounts = true } = {}): Command {
  command.addOption(new Option("--app-id <id>", "id of your Meta app").env("WHATSAPP_APP_ID"));
  if (accounts) {
    command.addOption(
      new Option("--waba <id>", "WhatsApp Business account; repeat it for several")
        .env("WHATSAPP_WABA_IDS")
        .argParser(collectIds)
        .default([], "none"),
    );
  }
  return command
    .addOption(
      new Option("--graph-url <url>", "where Meta's Graph API is")
        .env("WHATSAPP_GRAPH_URL")
        .default(GRAPH_URL),
    )
    .addOption(
      new Option("--graph-version <version>", "its version")
        .env("WHATSAPP_GRAPH_VERSION")
        .default(GRAPH_VERSION),
    );
}

/** Repeats add up; an environment variable carries several with commas or spaces between. */
function collectIds(text: string, earlier: readonly string[]): string[] {
  return [...earlier, ...text.split(/[\s,]+/).filter((id) => id !== "")];
}

/** Ends the process with the action's exit code, or with 1 and a sentence. */
export async function runCommand(action: (terminal: Terminal) => Promise<number>): Promise<void> {
  endWithReader();
  const terminal = createTerminal();
  try {
    process.exitCode = await action(terminal);
  } catch (error) {
    const paragraphs = toComplaint(error).message.split("\n");
    for (const line of paragraphs.flatMap((paragraph) => wrap(paragraph))) terminal.tell(line);
    process.exitCode = 1;
  }
}
