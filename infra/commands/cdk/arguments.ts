import { UserError } from "../../cli/errors.ts";
import { findNearest } from "../../cli/nearest.ts";
import { SETTING_NAMES } from "../../stack/settings.ts";
import type { Source } from "./layers.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What was typed, taken apart. */
export interface TypedArguments {
  /** `-c name=value`, also of CDK's own context. */
  readonly settings: Readonly<Record<string, string>>;
  /** `--remove-subscriber ADDRESS`, which CDK does not know. */
  readonly removals: readonly string[];
  /** `--settings file|deployed`, which CDK does not know either. */
  readonly source?: Source;
  /** Everything that the CDK CLI gets. */
  readonly cdk: readonly string[];
}

const REMOVE = "--remove-subscriber";
const SOURCE = "--settings";

/** Throws a UserError for a setting that npm or the CDK CLI would drop or misunderstand. */
export function parseTyped(args: readonly string[], env: Environment): TypedArguments {
  const [action = "deploy"] = args;
  assertNotSwallowed(action, env);
  const settings: Record<string, string> = {};
  const removals: string[] = [];
  const sources: Source[] = [];
  const cdk: string[] = [];
  for (const [index, arg] of args.entries()) {
    const before = args[index - 1] ?? "";
    assertValue(arg, args[index + 1]);
    const removed = toValue(REMOVE, arg, before);
    const source = toValue(SOURCE, arg, before);
    if (removed !== undefined) removals.push(...toAddresses(removed));
    else if (source !== undefined) sources.push(toSource(source));
    else if (arg !== REMOVE && arg !== SOURCE) cdk.push(arg);
    else continue;
    const setting = toValue("-c", arg, before) ?? toValue("--context", arg, before);
    if (setting !== undefined) addSetting(settings, setting);
    else if (removed === undefined && source === undefined) assertForm(arg, before, action);
  }
  const source = sources.at(-1);
  return { settings, removals, cdk, ...(source && { source }) };
}

/** The value of an option, given as the next word or behind "=". */
export function toValue(option: string, arg: string, before: string): string | undefined {
  if (before === option) return arg;
  return arg.startsWith(`${option}=`) ? arg.slice(option.length + 1) : undefined;
}

const EXAMPLES: ReadonlyMap<string, string> = new Map([
  [REMOVE, "the address that is to go, such as old@example.com"],
  [SOURCE, "file or deployed"],
  ["-c", "a setting, name=value"],
  ["--context", "a setting, name=value"],
]);

/** An option without its value would take the next one for it, or be dropped. */
function assertValue(arg: string, next: string | undefined): void {
  const example = EXAMPLES.get(arg);
  if (example === undefined || (next !== undefined && !next.startsWith("-"))) return;
  throw new UserError(`${arg} needs ${example}.`);
}

function toAddresses(text: string): string[] {
  const addresses = text.split(",").map((each) => each.trim());
  if (addresses.every((each) => each !== "")) return addresses;
  throw new UserError(`${REMOVE} needs ${EXAMPLES.get(REMOVE)}.`);
}

function toSource(text: string): Source {
  if (text === "file" || text === "deployed") return text;
  throw new UserError(`${SOURCE} needs ${EXAMPLES.get(SOURCE)}.`);
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

/**
 * npm takes for itself what stands before "--": `-c` for its own --call, which then breaks the `npx`
 * in cdk.json, and any other option without a word.
 */
function assertNotSwallowed(action: string, env: Environment): void {
  const { npm_lifecycle_event, npm_config_call: call, npm_config_context: context } = env;
  if (npm_lifecycle_event !== action) return;
  const own = [...SETTING_NAMES, "remove-subscriber", "settings", "profile"].flatMap((name) => {
    const value = env[`npm_config_${name.toLowerCase().replaceAll("-", "_")}`];
    if (!value) return [];
    const isSetting = SETTING_NAMES.includes(name);
    return [isSetting ? `-c ${name}=${value}` : `--${name} ${value}`];
  });
  const setting = call || (context === "true" ? "name=value" : context);
  const swallowed = [...(setting ? [`-c ${setting}`] : []), ...own];
  if (swallowed.length === 0) return;
  throw new UserError(
    `npm kept what was typed for itself: put "--" before it.\nnpm run ${action} -- ${swallowed.join(" ")}`,
  );
}

/** Options of the CDK CLI that take `name=value`. */
const TAKES_PAIRS = /^(--parameters|--tags|-t)$/;

/** `--alertEmails=…`, which CDK drops, and `alertEmails=…`, which it takes for a stack. */
function assertForm(arg: string, before: string, action: string): void {
  const [, dashes = "", word = "", value = ""] = /^(-*)([^=]+)(=[\s\S]*)?$/.exec(arg) ?? [];
  if (dashes !== "") assertKnownOption(word, value, action);
  const name = findSetting(word);
  const isBare = !dashes && value !== "" && !TAKES_PAIRS.test(before);
  const isOption = dashes !== "" && name !== undefined;
  if (!isOption && !(isBare && (name !== undefined || !before.startsWith("-")))) return;
  const meant = `-c ${name ?? word}${value || "=VALUE"}`;
  throw new UserError(
    `${dashes}${word} is not an option: settings are given as -c name=value.\nnpm run ${action} -- ${meant}`,
  );
}

/** What the CDK CLI ignores, so that something else would be deployed than was meant. */
function assertKnownOption(word: string, value: string, action: string): void {
  if (word === "stack") {
    const meant = `-c stackName=${value.slice(1) || "NAME"}`;
    throw new UserError(`--stack is not an option here: npm run ${action} -- ${meant}`);
  }
  if (findNearest(word, [REMOVE.slice(2)])) {
    throw new UserError(`--${word} is not an option: did you mean ${REMOVE}?`);
  }
}

function findSetting(word: string): string | undefined {
  return findNearest(word.replaceAll(/[-_]/g, ""), SETTING_NAMES, 2);
}
