import { DEFAULT_ALERT_EVENTS, ENV } from "./names.ts";

export interface Config {
  readonly tableName: string;
  readonly alertTopicArn: string;
  /** Event names that alert; test deliveries alert whatever their event. */
  readonly alertEvents: readonly string[];
  /** Days until an event is deleted; absent: kept for ever. */
  readonly retentionDays?: number;
  readonly functionName: string;
  /** What messages call this deployment. */
  readonly label: string;
  /** The runbook's page; empty: no message names it. */
  readonly runbookUrl: string;
  /** The digits of a number to what people call it. */
  readonly numberLabels: Readonly<Record<string, string>>;
  readonly subjectForm: "plain" | "state";
}

/** Reads the function's environment. Throws a sentence that names the variable and the rule. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const retentionDays = parseRetentionDays(env[ENV.retentionDays]);
  return {
    tableName: requireVariable(env, ENV.tableName),
    alertTopicArn: requireVariable(env, ENV.alertTopicArn),
    alertEvents: parseAlertEvents(env[ENV.alertEvents]),
    ...(retentionDays !== undefined && { retentionDays }),
    functionName: env.AWS_LAMBDA_FUNCTION_NAME ?? "local",
    ...parseMessageSettings(env),
  };
}

/** What the texts of messages say about this deployment. */
function parseMessageSettings(env: Readonly<Record<string, string | undefined>>) {
  const subjectForm = env[ENV.subjectForm] || "plain";
  if (subjectForm !== "plain" && subjectForm !== "state") {
    throw new Error(`Environment variable ${ENV.subjectForm} must be plain or state`);
  }
  return {
    label: env[ENV.label] || env.AWS_LAMBDA_FUNCTION_NAME || "local",
    runbookUrl: env[ENV.runbookUrl] ?? "",
    numberLabels: parseNumberLabels(env[ENV.numberLabels]),
    subjectForm,
  } as const;
}

function parseNumberLabels(text: string | undefined): Readonly<Record<string, string>> {
  if (!text) return {};
  try {
    const entries = Object.entries(JSON.parse(text) as object);
    return Object.fromEntries(entries.map(([digits, label]) => [digits, String(label)]));
  } catch (cause) {
    const rule = "must be JSON of a number's digits to its label";
    throw new Error(`Environment variable ${ENV.numberLabels} ${rule}`, { cause });
  }
}

export function requireVariable(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): string {
  const value = env[name];
  if (!value) throw new Error(`Environment variable ${name} is missing`);
  return value;
}

function parseAlertEvents(text: string | undefined): readonly string[] {
  if (!text) return DEFAULT_ALERT_EVENTS;
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return names;
  throw new Error(`Environment variable ${ENV.alertEvents} must be names with commas between them`);
}

function parseRetentionDays(text: string | undefined): number | undefined {
  if (!text) return undefined;
  if (!/^[1-9]\d{0,4}$/.test(text)) {
    throw new Error(`Environment variable ${ENV.retentionDays} must be a whole number of days`);
  }
  return Number(text);
}
