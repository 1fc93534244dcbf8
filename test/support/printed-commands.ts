import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { expect, vi } from "vitest";
import { parseTyped } from "../../infra/commands/cdk/arguments.ts";
import { parseSettings } from "../../infra/stack/settings.ts";

const COMMANDS = join(import.meta.dirname, "../../infra/commands");
const parsers = new Map<string, Command>();

/** The command's own parser: its action does nothing. */
export async function parserOf(name: string): Promise<Command> {
  const known = parsers.get(name);
  if (known) return known;
  vi.doMock("../../infra/cli/command.ts", async (importOriginal) => ({
    ...(await importOriginal<object>()),
    parseCommand: async (command: Command) => void parsers.set(name, command),
    runCommand: async () => {},
  }));
  vi.resetModules();
  await import(join(COMMANDS, name, "main.ts"));
  vi.doUnmock("../../infra/cli/command.ts");
  const parser = parsers.get(name);
  if (!parser) throw new Error(`npm run ${name} did not make a parser`);
  return parser.exitOverride().configureOutput({ writeErr: () => {} });
}

/** Every `npm run …` of a text, up to the end of its line. */
export function findCommands(text: string): string[] {
  return [...text.matchAll(/npm run [\w-]+( -- [^\n<>]+)?/g)].map(([line]) => line.trim());
}

/** Runs what a shell makes of a printed line through that command's own parser. */
export async function expectParses(line: string): Promise<void> {
  const quoted = line.replace(/[.,;:)]+$/, "");
  const output = execFileSync("sh", ["-c", `printf '%s\\0' ${quoted}`]).toString("utf8");
  const [npm, run, name = "", dashes, ...args] = output.split("\0").slice(0, -1);
  expect([npm, run, dashes ?? "--"], line).toEqual(["npm", "run", "--"]);
  expect(existsSync(join(COMMANDS, name, "main.ts")) || name === "deploy", line).toBe(true);
  if (name === "deploy") {
    const { settings } = parseTyped([name, ...args], {});
    return expect(parseSettings(settings).stackName, line).toBe(settings.stackName);
  }
  const parser = await parserOf(name);
  await expect(parser.parseAsync(args, { from: "user" }), line).resolves.toBe(parser);
}
