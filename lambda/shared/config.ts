import { parseJson } from "./json.ts";
import {
  DEFAULT_ALERT_EVENTS,
  DEFAULT_REPEAT_MINUTES,
  ENV,
  SWITCHES,
  type Switches,
} from "./names.ts";

export interface Config extends Partial<Switches> {
  readonly tableName: string;
  readonly alertTopicArn: string;
  /** Event names that alert; test deliveries alert whatever their event. */
  readonly alertEvents: readonly string[];
  /** Days until an event is deleted; absent: kept for ever. */
  readonly retentionDays?: number | undefined;
  readonly functionName: string;
  /**
   * Minutes from receipt to each repeat of an unanswered alert; after the last one it repeats every
   * so many minutes. Empty: no repeats. Absent: the default.
   */
  readonly repeatAfterMinutes?: readonly number[] | undefined;
  /** Base of the public address, without a path; absent: messages carry no link. */
  readonly publicUrl?: string | undefined;
  /** The runbook's page; empty: no message names it. */
  readonly runbookUrl: string;
  /** What messages call this deployment. */
  readonly label: string;
  /** The deployed stack, for commands in messages; absent on the local run. */
  readonly stackName?: string | undefined;
  /** The local run's: options for the same commands, such as " --data DIR". */
  readonly dataFlags?: string | undefined;
  /** The digits of a number to what people call it. */
  readonly numberLabels: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the function's environment. Throws a sentence that names the variable and the rule. */
export function parseConfig(env: Environment): Config {
  return {
    tableName: requireVariable(env, ENV.tableName),
    alertTopicArn: requireVariable(env, ENV.alertTopicArn),
    alertEvents: parseAlertEvents(env[ENV.alertEvents]),
    functionName: env.AWS_LAMBDA_FUNCTION_NAME ?? "local",
    repeatAfterMinutes: parseRepeatMinutes(env[ENV.repeatAfterMinutes]),
    ...readSwitches((name) => env[name]),
    numberLabels: parseNumberLabels(env[ENV.numberLabels]),
    runbookUrl: parseUrl(ENV.runbookUrl, env) ?? "",
    stackName: env[ENV.stackName],
    label: env[ENV.label] || env.AWS_LAMBDA_FUNCTION_NAME || "local",
    retentionDays: parseRetentionDays(env[ENV.retentionDays]),
    publicUrl: parseUrl(ENV.publicUrl, env)?.replace(/\/+$/, ""),
  };
}

/** Which settings are on, in an environment that is read by this function. */
export function readSwitches(read: (name: string) => unknown): Switches {
  const switches = Object.entries(SWITCHES).map(([name, key]) => [name, read(key) === "true"]);
  return Object.fromEntries(switches);
}

export function requireVariable(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`Environment variable ${name} is missing`);
  return value;
}

function assertVariable(holds: boolean, name: string, rule: string): asserts holds {
  if (!holds) throw new Error(`Environment variable ${name} must be ${rule}`);
}

function parseAlertEvents(text: string | undefined): readonly string[] {
  if (!text) return DEFAULT_ALERT_EVENTS;
  const names = text.split(",").map((name) => name.trim());
  assertVariable(!names.includes(""), ENV.alertEvents, "names with commas between them");
  return names;
}

function parseRetentionDays(text: string | undefined): number | undefined {
  if (!text) return undefined;
  assertVariable(/^[1-9]\d{0,4}$/.test(text), ENV.retentionDays, "a whole number of days");
  return Number(text);
}

/** Fractions of a minute serve the local run. */
function parseRepeatMinutes(text: string | undefined): readonly number[] {
  if (!text) return DEFAULT_REPEAT_MINUTES;
  if (text === "off") return [];
  const parts = text.split(",").map((part) => part.trim());
  const minutes = parts.map(Number);
  const areGrowing = minutes.every((each, index) => each > (minutes[index - 1] ?? 0));
  const areNumbers = parts.every((part) => /^\d{1,5}(\.\d{1,6})?$/.test(part));
  const rule = "minutes with commas between them, each larger than the one before, or off";
  assertVariable(areNumbers && areGrowing, ENV.repeatAfterMinutes, rule);
  return minutes;
}

function parseNumberLabels(text: string | undefined): Readonly<Record<string, string>> {
  const labels: unknown = text ? parseJson(text) : {};
  const isObject = typeof labels === "object" && labels !== null && !Array.isArray(labels);
  const areTexts = isObject && Object.values(labels).every((label) => typeof label === "string");
  assertVariable(areTexts, ENV.numberLabels, 'a JSON object such as {"15550783881":"Support"}');
  return labels as Readonly<Record<string, string>>;
}

function parseUrl(name: string, env: Environment): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  const protocol = URL.parse(text)?.protocol;
  assertVariable(protocol === "http:" || protocol === "https:", name, "an http(s) address");
  return text;
}
