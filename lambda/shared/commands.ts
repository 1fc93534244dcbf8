/** Options by name; `true`: without a value, a list: given again for each, undefined: left out. */
export type CommandOptions = Readonly<
  Record<string, string | readonly string[] | true | undefined>
>;

/** Writes the line that an operator pastes to run an npm script on one system. */
export type CommandLine = (script: string, more?: string | CommandOptions) => string;

/** `flags`: the options that name the system, such as " --stack Hooks"; may be empty. */
export function createCommandLine(flags: string): CommandLine {
  return (script, more = "") => {
    const options = typeof more === "string" ? more : toOptions(more);
    const all = [flags.trim(), options].filter(Boolean).join(" ");
    return `npm run ${script}${all && ` -- ${all}`}`;
  };
}

/** The line that deploys a stack again, with the settings that are kept of it. */
export function toDeployCommand(stackName: string): string {
  return `npm run deploy -- -c ${quote(`stackName=${stackName}`)}`;
}

/** Whether the line is to be pasted as it is: a message does not wrap it. */
export function isCommand(line: string): boolean {
  return /^(npm|aws) /.test(line);
}

/** What a reader puts in place of this. */
export const YOUR_NAME = "YOUR NAME";

function toOptions(options: CommandOptions): string {
  return Object.entries(options)
    .flatMap(([name, value]) => {
      if (value === undefined) return [];
      if (value === true) return [`--${name}`];
      return [value].flat().map((text) => `--${name} ${quote(text)}`);
    })
    .join(" ");
}

/** One word of a POSIX shell's command line, whatever the text has in it. */
export function quote(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return /^[\w@%+=:,./ -]+$/.test(text) ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`;
}
