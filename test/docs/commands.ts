import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DOCUMENTS, ROOT, readDocument } from "./documents.ts";

/** A command as a document shows it. */
export interface Command {
  readonly file: string;
  readonly text: string;
  /** Its words as the shell makes them, without leading `NAME=value`. */
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const PACKAGE = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
export const SCRIPTS: Readonly<Record<string, string>> = PACKAGE.scripts;

const INLINE = /`((?:[A-Z_]+=\S+ )?(?:npm|npx|aws|curl|\.ci\/run)(?: [^`\n]+)?)`/g;

/** Every command of every document: the lines of `sh` blocks, and commands within the text. */
export const COMMANDS: readonly Command[] = DOCUMENTS.flatMap((file) => {
  const text = readDocument(file);
  const blocks = [...text.matchAll(/^```sh\n([\s\S]+?)^```/gm)].map(([, block = ""]) => block);
  const lines = blocks.flatMap((block) =>
    block
      .replace(/\\\n\s*/g, "")
      .trim()
      .split("\n"),
  );
  const inline = [...text.replace(/^```[\s\S]*?^```/gm, "").matchAll(INLINE)];
  const commands = [...lines, ...inline.map(([, command = ""]) => command).filter(isWhole)];
  return commands.flatMap((command) => command.split(" && ")).map((one) => toCommand(file, one));
});

/** `aws dynamodb query` alone is a name, not a command to paste. */
function isWhole(command: string): boolean {
  return !/^aws \S+ \S+$|^npm run --silent$/.test(command);
}

function toCommand(file: string, text: string): Command {
  const words = splitWords(text);
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const env = words.slice(0, first).map((word) => [word.split("=")[0], word.replace(/^\w+=/, "")]);
  return { file, text, words: words.slice(first), env: Object.fromEntries(env) };
}

/** The words of a command as the shell sees them; variables stay as they are written. */
function splitWords(command: string): string[] {
  // A definition is no command.
  if (/^\w+\(\) /.test(command) || / read -rs /.test(command)) return [command];
  const quoted = command.replaceAll("$", "\\$").replaceAll("{waba-id}", "ID");
  const output = execFileSync("sh", ["-c", `printf '%s\\0' ${quoted.replace(/;$/, "")}`]);
  return output.toString("utf8").split("\0").slice(0, -1);
}

/** `npm run [--silent] NAME [-- ARGUMENT …]` or `npm [--silent] start|test [-- …]`. */
export interface Script {
  readonly name: string;
  readonly args: readonly string[];
}

export function toScript({ words }: Command): Script | undefined {
  const [npm, ...rest] = words.filter((word) => word !== "--silent");
  if (npm !== "npm") return undefined;
  const [verb = "", ...more] = rest;
  const [name = "", ...others] = verb === "run" ? more : [verb, ...more];
  if (!(name in SCRIPTS) && verb !== "run") return undefined;
  if (others.length > 0 && others[0] !== "--") {
    throw new Error(`npm takes ${others.join(" ")} for itself: put it behind --`);
  }
  return { name, args: others.slice(1) };
}
