import { UserError } from "../../cli/errors.ts";
import { findNearest } from "../../cli/nearest.ts";
import { SETTING_NAMES } from "../../stack/settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What was typed, taken apart. */
export interface TypedArguments {
  /** `-c name=value`, also of CDK's own context. */
  readonly settings: Readonly<Record<string, string>>;
  /** `--remove-subscriber ADDRESS`, which CDK does not know. */
  readonly removals: readonly string[];
  /** Everything that the CDK CLI gets. */
  readonly cdk: readonly string[];
}

/** Throws a UserError for a setting that npm or the CDK CLI would drop or misunderstand. */
export function parseTyped(args: readonly string[], env: Environment): TypedArguments {
  const [action = "deploy"] = args;
  assertNotSwallowed(action, env);
  assertValue(args.at(-1));
  const settings: Record<string, string> = {};
  const removals: string[] = [];
  const cdk: string[] = [];
  for (const [index, arg] of args.entries()) {
    const before = args[index - 1] ?? "";
    const removed = toValue("--remove-subscriber", arg, before);
    if (removed !== undefined) removals.push(removed);
    if (/^--remove-subscriber\b/.test(arg) || before === "--remove-subscriber") continue;
    cdk.push(arg);
    const setting = toValue("-c", arg, before) ?? toValue("--context", arg, before);
    if (setting === undefined) assertForm(arg, before, action);
    else addSetting(settings, setting);
  }
  return { settings, removals, cdk };
}

/** The value of an option, given as the next word or behind "=". */
export function toValue(option: string, arg: string, before: string): string | undefined {
  if (before === option) return arg;
  return arg.startsWith(`${option}=`) ? arg.slice(option.length + 1) : undefined;
}

function addSetting(settings: Record<string, string>, text: string): void {
  const [, name = "", value] = /^([^=]*)(?:=([\s\S]*))?$/.exec(text) ?? [];
  if (value === undefined) {
    throw new UserError(`The setting ${name} has no value: give it as -c ${name}=VALUE.`);
  }
  if (name in settings) {
    throw new UserError(
      `The setting ${name} is given twice, and CDK keeps only the last: give its items in one, with commas between them, such as -c ${name}=a,b.`,
    );
  }
  settings[name] = value;
}

/** Where the last word is an option, the value is missing that it needs. */
function assertValue(last = ""): void {
  if (last === "--remove-subscriber") {
    throw new UserError(`${last} needs the address that is to go: ${last} old@example.com.`);
  }
  if (last === "-c" || last === "--context") {
    throw new UserError(`${last} needs a setting: ${last} name=value.`);
  }
}

/** npm takes `-c` for its own --call, which then breaks the `npx` in cdk.json. */
function assertNotSwallowed(action: string, env: Environment): void {
  const { npm_lifecycle_event, npm_config_call: call, npm_config_context: context } = env;
  if (npm_lifecycle_event !== action || !(call || context)) return;
  const setting = call || (context === "true" ? "name=value" : context);
  throw new UserError(
    `npm kept the setting for itself: put "--" before it.\nnpm run ${action} -- -c ${setting}`,
  );
}

/** Options of the CDK CLI that take `name=value`. */
const TAKES_PAIRS = /^(--parameters|--tags|-t)$/;

/** `--alertEmails=…`, which CDK drops, and `alertEmails=…`, which it takes for a stack. */
function assertForm(arg: string, before: string, action: string): void {
  const [, dashes = "", word = "", value = ""] = /^(-*)([^=]+)(=[\s\S]*)?$/.exec(arg) ?? [];
  const name = findSetting(word);
  const isBare = !dashes && value !== "" && !TAKES_PAIRS.test(before);
  const isOption = dashes !== "" && name !== undefined;
  if (!isOption && !(isBare && (name !== undefined || !before.startsWith("-")))) return;
  const meant = `-c ${name ?? word}${value || "=VALUE"}`;
  throw new UserError(
    `${dashes}${word} is not an option: settings are given as -c name=value.\nnpm run ${action} -- ${meant}`,
  );
}

function findSetting(word: string): string | undefined {
  return findNearest(word.replaceAll(/[-_]/g, ""), SETTING_NAMES, 2);
}
