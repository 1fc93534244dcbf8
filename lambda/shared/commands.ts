/** Options by name; `true` is one without a value, undefined one that is left out. */
export type CommandOptions = Readonly<Record<string, string | true | undefined>>;

/** Something that commands work on. */
interface Target {
  /** Options that make a command work on it, such as " --stack Hooks"; may be empty. */
  readonly flags: string;
}

/** The line that an operator pastes to run an npm script on the same system. */
export function toCommand(
  name: string,
  { flags }: Target,
  more: string | CommandOptions = "",
): string {
  const options = typeof more === "string" ? more : toOptions(more);
  const all = [flags.trim(), options].filter(Boolean).join(" ");
  return `npm run ${name}${all && ` -- ${all}`}`;
}

/** What a reader puts in place of this. */
export const YOUR_NAME = "YOUR NAME";

function toOptions(options: CommandOptions): string {
  return Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (value === true ? `--${name}` : `--${name} ${quote(String(value))}`))
    .join(" ");
}

/** One word of a POSIX shell's command line, whatever the text has in it. */
export function quote(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return /^[\w@%+=:,./ -]+$/.test(text) ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`;
}
