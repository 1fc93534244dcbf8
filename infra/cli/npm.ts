import type { Command } from "commander";
import { UserError } from "./errors.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * npm keeps options that stand before "--" for itself, so that a command would do something else
 * than what was typed. It leaves them in the environment. Throws a UserError when there is one.
 */
export function assertNothingSwallowed(
  command: Command,
  args: readonly string[],
  env: Environment,
): void {
  const script = command.name().replace(/ --$/, "");
  // A command that a script starts has not been typed.
  if (env.npm_lifecycle_event !== script.split(" ").at(-1)) return;
  const rest = [...args];
  const swallowed = command.options.flatMap(({ long, required }) => {
    const value = env[`npm_config_${(long ?? "").slice(2).replaceAll("-", "_")}`];
    if (!long || !value) return [];
    if (!required) return [long];
    return [`${long} ${toWord(value === "true" ? (rest.shift() ?? "…") : value)}`];
  });
  if (swallowed.length === 0) return;
  const typed = [...rest.map(toWord), ...swallowed].join(" ");
  throw new UserError(
    `npm kept ${swallowed.map((option) => option.split(" ")[0]).join(", ")} for itself, and this command never saw it: put "--" before the options.\n${script} -- ${typed}`,
  );
}

function toWord(text: string): string {
  return /^[\w.,:/@+=-]+$/.test(text) ? text : JSON.stringify(text);
}
