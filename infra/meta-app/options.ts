import { type Command, InvalidArgumentError, Option } from "commander";
import { GRAPH_URL, GRAPH_VERSION } from "../../lambda/meta/graph.ts";
import { parseText } from "../cli/arguments.ts";

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

export function addMetaOptions(command: Command, { accounts = true } = {}): Command {
  command.addOption(
    new Option("--app-id <id>", "id of your Meta app").env("WHATSAPP_APP_ID").argParser(parseAppId),
  );
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
        .argParser(parseText)
        .default(GRAPH_URL),
    )
    .addOption(
      new Option("--graph-version <version>", "its version")
        .env("WHATSAPP_GRAPH_VERSION")
        .argParser(parseText)
        .default(GRAPH_VERSION),
    );
}

/** App ids are digits: anything else is a name or a token. */
export function parseAppId(text: string): string {
  if (/^\d{5,20}$/.test(text.trim())) return text.trim();
  throw new InvalidArgumentError("It must be 5 to 20 digits, such as 1234567890123456.");
}

/** Repeats add up; an environment variable carries several with commas or spaces between. */
function collectIds(text: string, earlier: readonly string[]): string[] {
  return [...earlier, ...parseText(text.replaceAll(",", " ")).trim().split(/\s+/)];
}
