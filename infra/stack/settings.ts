import * as v from "valibot";
import { findNearest } from "../cli/nearest.ts";
import { withKept } from "./kept-settings.ts";
import { DEFAULT_RUNBOOK_URL } from "./monitoring/runbook.ts";
import { SettingsSchema } from "./setting-schema.ts";
import { SettingsError } from "./setting-types.ts";

export { SettingsError };

export const SETTING_NAMES = Object.keys(SettingsSchema.entries);

type ParsedSettings = v.InferOutput<typeof SettingsSchema>;
export type Settings = ParsedSettings & { readonly operationsEmails: readonly string[] };

type Context = Readonly<Record<string, unknown>>;

/**
 * Reads the settings from CDK context, what was kept of them included. Throws a SettingsError that
 * names the setting and the rule.
 */
export function parseSettings(context: Context): Settings {
  return parse(withKept(context));
}

/** Only what was given or kept, in the form in which it is kept. */
export function toGivenSettings(context: Context): Context {
  const given = withKept(context);
  const names = SETTING_NAMES.filter((name) => name !== "stackName" && given[name] !== undefined);
  const settings: Context = parse(given);
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
}

function parse(context: Context): Settings {
  const result = v.safeParse(SettingsSchema, context, { abortEarly: true });
  if (!result.success) throw new SettingsError(toSentence(result.issues[0]));
  assertKnown(context);
  const { output } = result;
  for (const [name, needed, why] of PARTNERS) assertPartner(output, name, needed, why);
  if (!output.defaultEndpoint && !output.domainName) {
    throw new SettingsError(
      "Setting defaultEndpoint can be false only with domainName: without one there is no other address.",
    );
  }
  // Too many alarms are better than alarms that reach nobody; an empty list still means nobody.
  const { operationsEmails = output.alertEmails, runbookUrl = DEFAULT_RUNBOOK_URL } = output;
  return { ...output, operationsEmails, ...(runbookUrl && { runbookUrl }) };
}

function toSentence(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  const name = /^numbers\./.test(path ?? "") ? "numbers" : path?.replace(/\.\d+$/, "");
  return `Setting ${name} ${issue.message}.`;
}

/** Settings that mean nothing, or something dangerous, without another one. */
const PARTNERS = [
  ["secretKeyArn", "secretArn", "the secret that it encrypts"],
  ["domainName", "certificateArn", "the certificate of that name in the stack's region"],
  ["certificateArn", "domainName", "the name that it certifies"],
  ["hostedZoneId", "domainName", "the name that gets a record there"],
  ["slackWorkspaceId", "slackChannelId", "the channel to post to"],
  ["slackChannelId", "slackWorkspaceId", "the workspace of that channel"],
  ["protectByLink", "protect", "without which this system sets no PIN"],
] as const satisfies readonly [keyof ParsedSettings, keyof ParsedSettings, string][];

function assertPartner(
  settings: ParsedSettings,
  name: keyof ParsedSettings,
  needed: keyof ParsedSettings,
  why: string,
): void {
  const isGiven = (each: typeof name) => settings[each] !== undefined && settings[each] !== false;
  if (!isGiven(name) || isGiven(needed)) return;
  throw new SettingsError(`Setting ${name} needs ${needed}, ${why}.`);
}

/** CDK's own context: `@aws-cdk/…`, `aws:…`, `availability-zones:…`, and settings of its CLI. */
const CDK_KEY = /[@/:]|^(cli-telemetry|notices|tree|acknowledged-issue-numbers)$/;

function assertKnown(context: Context): void {
  const keys = Object.keys(context).filter((key) => !CDK_KEY.test(key));
  const unknown = keys.find((key) => !SETTING_NAMES.includes(key));
  if (unknown === undefined) return;
  const near = findNearest(unknown, SETTING_NAMES);
  const hint = near
    ? `did you mean ${near}?`
    : `the settings are ${[...SETTING_NAMES].sort().join(", ")}.`;
  throw new SettingsError(`Setting ${unknown} is unknown: ${hint}`);
}
